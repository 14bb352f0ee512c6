// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <memory>

#include "support/error_text.hpp"
#include "support/tensors.hpp"

namespace abut {
namespace {

using reference::Tensor;
using testing_support::counted;
using testing_support::error_text;
using testing_support::expect_tensor;

TEST(EvaluateGraph, runsInTheOrderOfPorts) {
    Graph graph;
    const ValueId a = graph.input("a", ViewSpec::nchw({2}));
    const ValueId b = graph.input("b", ViewSpec::nchw({2}));
    const ValueId c = graph.constant({1}, std::vector<float>{100});
    const ValueId difference = graph.apply(Function::Subtract, a, b);
    graph.output("shifted", graph.add(difference, c));
    graph.output("difference", difference);
    graph.output("again", difference);
    graph.output("b", b);
    graph.output("c", c);
    const std::vector<Tensor> outputs = reference::evaluate(graph, std::vector<Tensor>{counted({2}, 5), counted({2}, 1)});
    ASSERT_EQ(outputs.size(), 5U);
    expect_tensor(outputs[0], {2}, {104, 104});
    expect_tensor(outputs[1], {2}, {4, 4});
    expect_tensor(outputs[2], {2}, {4, 4});
    expect_tensor(outputs[3], {2}, {1, 2});
    expect_tensor(outputs[4], {1}, {100});
}

TEST(EvaluateGraph, residualBlock) {
    Graph graph;
    const ValueId x = graph.input("x", ViewSpec::nhwc({1, 2, 1, 2}));
    const ValueId weights = graph.constant({2, 2, 1, 1}, std::vector<float>{0, 1, 1, 0}, "swap");
    const ValueId bias = graph.constant({2}, std::vector<float>{1, -1}, "b");
    const ValueId y = graph.relu(graph.add(graph.conv2d(x, weights, bias), x));
    graph.output("y", graph.global_average_pool(y));
    // conv: {3+1, 4+1 | 1-1, 2-1}, plus x {1, 2 | 3, 4} = {5, 7 | 3, 5}
    expect_tensor(reference::evaluate(graph, std::vector<Tensor>{counted({1, 2, 1, 2}, 1)}).at(0), {1, 2, 1, 1}, {6, 4});
}

TEST(EvaluateGraph, boolsAreZeroAndOne) {
    Graph graph;
    const ValueId c = graph.input("c", ViewSpec(DType::Bool, Shape{3}));
    const auto bytes = std::make_shared<std::vector<std::uint8_t>>(std::vector<std::uint8_t>{0, 255, 1});
    const ValueId known = graph.constant(ViewSpec(DType::Bool, Shape{3}), {bytes, bytes->data()});
    const ValueId x = graph.input("x", ViewSpec::nchw({3}));
    const ValueId number = graph.cast(c, DType::Float32);
    graph.output("chosen", graph.select(number, x, graph.cast(known, DType::Float32)));
    graph.output("truth", graph.cast(x, DType::Bool));
    graph.output("c", c);
    const float no_number = std::numeric_limits<float>::quiet_NaN();
    const auto outputs =
        reference::evaluate(graph, std::vector<Tensor>{Tensor{{3}, {0, 7, 1}}, Tensor{{3}, {no_number, 0.25F, 0}}});
    expect_tensor(outputs[0], {3}, {0, 0.25F, 0});
    expect_tensor(outputs[1], {3}, {1, 1, 0});
    expect_tensor(outputs[2], {3}, {0, 1, 1});
}

TEST(EvaluateGraph, namesWhatItCannotRun) {
    Graph graph;
    const ValueId x = graph.input("x", ViewSpec::nchw({2}));
    const ValueId c = graph.constant({2}, std::vector<float>{1, 2}, "c");
    graph.output("y", graph.add(x, c));
    const auto run = [](const Graph& of, const std::vector<Tensor>& inputs) {
        return error_text([&] { reference::evaluate(of, inputs); });
    };
    EXPECT_EQ(run(graph, {}), "graph \"graph\": expected 1 inputs, found 0");
    EXPECT_EQ(run(graph, {counted({3})}), "input \"x\": expected shape 2, found 3");
    EXPECT_EQ(run(graph, {Tensor{{2}, {1}}}), "input \"x\": expected 2 elements for shape 2, found 1");
    graph.release_constants();
    EXPECT_EQ(run(graph, {counted({2})}), "\"c\": expected a constant with its elements, found none");

    Graph integers;
    const auto data = std::make_shared<std::int64_t>(3);
    integers.output("y", integers.constant(ViewSpec(DType::Int64, {1}), data, "n"));
    EXPECT_EQ(run(integers, {}), "0: constant \"n\" has elements of int64; only float32 and bool are evaluated");
}

TEST(EvaluateGraph, memoryThatCannotBeHadIsAnError) {
    const std::string text = error_text([] { reference::zeros({std::int64_t{1} << 61}); });
    EXPECT_EQ(text,
              "2: a tensor of shape 2305843009213693952 needs 2305843009213693952 elements of 4 bytes, which could not "
              "be had");
}

}  // namespace
}  // namespace abut
