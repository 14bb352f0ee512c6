// SPDX-License-Identifier: Apache-2.0
// What compile() makes of a graph, against the reference evaluator.
#include <gtest/gtest.h>

#include "abut/error.hpp"
#include "support/layer_graph.hpp"
#include "support/networks.hpp"
#include "support/placed_view.hpp"
#include "support/random_graph.hpp"
#include "support/run_program.hpp"
#include "support/run_step.hpp"

namespace abut::test {
namespace {

TEST(Program, DenseBlockWithSlicesAndCopies) {
    const auto network = dense_block();
    EXPECT_EQ(check_graph(network.graph, test_device(), {.concat = ConcatMode::Slices}), "");
    EXPECT_EQ(check_graph(network.graph, test_device(), {.concat = ConcatMode::Copies}), "");
}

TEST(Program, PortsInTheOrderOfTheModel) {
    const auto network = dense_block(ViewSpec::nchw(dense_block_input), ViewSpec::nchw(dense_block_output));
    EXPECT_EQ(check_graph(network.graph, test_device(), {}), "");
}

TEST(Program, AWrongReferenceIsFound) {
    const auto network = dense_block();
    const auto inputs = tests::random_inputs(network.graph, 1);
    auto expected = reference::evaluate(network.graph, inputs);
    const auto program = compile(network.graph, test_device());
    auto session = program.session();
    const auto result = run_program(program, session, inputs);
    EXPECT_EQ(difference(result.outputs.at(0), expected.at(0)), "");
    expected[0].elements[77] += 0.01F;
    EXPECT_NE(difference(result.outputs.at(0), expected.at(0)), "");
}

TEST(Program, SlicesAndCopiesGiveTheSameResults) {
    const auto network = dense_block();
    const auto inputs = tests::random_inputs(network.graph, 5);
    std::vector<reference::Tensor> results;
    std::vector<std::int64_t> copied;
    for (const auto mode : {ConcatMode::Slices, ConcatMode::Copies}) {
        const auto program = compile(network.graph, test_device(), {.concat = mode});
        auto session = program.session();
        results.push_back(run_program(program, session, inputs).outputs.at(0));
        copied.push_back(program.plan().statistics.copied_bytes);
    }
    EXPECT_EQ(difference(results[0], results[1], 1e-6F, 1e-6F), "");
    EXPECT_LT(copied[0], copied[1]);
}

/// Two concats of the same pools in two orders, read by depthwise convolutions: neither more stores nor segments can help.
TEST(Program, OperandsThatChangePlaces) {
    testing_support::LayerGraph net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({2, 3, 9, 8}));
    const ValueId a = net.graph.pool2d(net.conv(x, 20, 3), {.kernel = {2, 2}});
    const ValueId b = net.graph.pool2d(net.conv(x, 12, 3), {.kernel = {2, 2}});
    for (const auto& operands : {std::vector{a, b}, std::vector{b, a}}) {
        const ValueId joined = net.graph.concat(operands, 1);
        const ValueId filtered = net.graph.relu(net.conv(joined, 32, 3, 32, true));
        net.graph.output(operands.front() == a ? "ab" : "ba", net.conv(filtered, 5));
    }
    EXPECT_EQ(check_graph(net.graph, test_device(), {.concat = ConcatMode::Slices}), "");
    EXPECT_EQ(check_graph(net.graph, test_device(), {.concat = ConcatMode::Copies}), "");
    const auto program = compile(net.graph, test_device());
    EXPECT_EQ(program.plan().statistics.copied_bytes, 0);
    const auto& changed = program.plan().decisions.front().operands.front();
    EXPECT_EQ(changed.how, Rung::Reordered) << changed.reason;
}

TEST(Program, AnInputThatIsAnOutputAndOneValueTwice) {
    Graph graph;
    const auto x = graph.input("x", ViewSpec::nhwc({2, 3, 4, 5}));
    const auto y = graph.relu(x);
    graph.output("same", x, ViewSpec::nchw({2, 3, 4, 5}));
    graph.output("first", y, ViewSpec::nhwc({2, 3, 4, 5}));
    graph.output("second", y, ViewSpec::nchw({2, 3, 4, 5}));
    graph.output("constant", graph.constant({2, 2}, std::vector<float>{1, 2, 3, 4}));
    EXPECT_EQ(check_graph(graph, test_device(), {}), "");
}

TEST(Program, TensorsWithoutElements) {
    Graph graph;
    const auto x = graph.input("x", ViewSpec::nchw({0, 3, 4, 5}));
    const auto z = graph.input("z", ViewSpec::nchw({1, 3, 4, 5}));
    graph.output("empty", graph.relu(x));
    graph.output("joined", graph.concat({graph.relu(x), graph.relu(z)}, 0));
    EXPECT_EQ(check_graph(graph, test_device(), {}), "");
}

TEST(Program, KeepsShapesAndDropsElements) {
    const auto network = dense_block();
    auto graph = network.graph;
    std::weak_ptr<const void> elements;
    for (const auto& value : graph.values()) {
        if (value.is_constant()) elements = value.data;
    }
    const auto inputs = graph.inputs();
    auto kept = network.graph;
    kept = Graph();
    const auto program = compile(std::move(graph), test_device());
    int constants = 0;
    for (const auto& value : program.graph().values()) {
        constants += value.is_constant() ? 1 : 0;
        EXPECT_FALSE(value.is_constant() && value.data);
    }
    EXPECT_GT(constants, 0);
    EXPECT_EQ(program.inputs().at(0).value, inputs.at(0).value);
    EXPECT_EQ(program.inputs().at(0).name, "x");
    EXPECT_EQ(program.outputs().at(0).value, network.y);
}

TEST(Program, CountsStepsVariantsAndWeights) {
    const auto program = compile(dense_block().graph, test_device());
    const auto& statistics = program.statistics();
    EXPECT_EQ(statistics.steps, static_cast<int>(program.plan().steps.size()));
    EXPECT_GE(statistics.variants, 1);
    EXPECT_GE(statistics.weight_bytes, (8 * 12 * 9 + 20 * 12 * 9 + 32 * 20) * 4);
    EXPECT_EQ(statistics.new_weight_bytes, statistics.weight_bytes);
}

TEST(Program, StopsWhenAsked) {
    std::stop_source source;
    source.request_stop();
    try {
        (void)compile(dense_block().graph, test_device(), {.stop = source.get_token()});
        FAIL() << "compile went on";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
        EXPECT_NE(std::string(error.what()).find("stopped"), std::string::npos) << error.what();
    }
}

TEST(Program, StopsWhileKernelsAreBuilt) {
    std::stop_source source;
    int calls = 0;
    const Device device = Device(test_device().backend(), {.cache = {.directory = ""}});
    const auto stop_at_once = [&](const CompileProgress& now) {
        ++calls;
        EXPECT_LE(now.done, now.total);
        source.request_stop();
    };
    EXPECT_THROW((void)compile(dense_block().graph, device, {.progress = stop_at_once, .stop = source.get_token()}), Error);
    EXPECT_GE(calls, 1);
    EXPECT_EQ(check_graph(dense_block().graph, device, {}), "") << "a later compile must not suffer";
}

TEST(Program, AGraphWithoutOutputsIsRefused) {
    Graph graph;
    graph.relu(graph.input("x", ViewSpec::nchw({1, 2, 3, 4})));
    EXPECT_THROW((void)compile(graph, test_device()), Error);
}

TEST(Program, WeightsAreShared) {
    const WeightStore store;
    const auto first = compile(dense_block().graph, test_device(), {.weights = store});
    const auto bytes = store.size_bytes();
    EXPECT_EQ(bytes, first.statistics().new_weight_bytes);
    const auto second = compile(dense_block().graph, test_device(), {.weights = store});
    EXPECT_EQ(second.statistics().new_weight_bytes, 0);
    EXPECT_EQ(second.statistics().weight_bytes, bytes);
    EXPECT_EQ(store.size_bytes(), bytes);
    // Other weights of the same shapes must not be taken for these.
    const auto other = dense_block(ViewSpec::nhwc(dense_block_input, 64), ViewSpec::nhwc(dense_block_output, 64), 2);
    EXPECT_EQ(check_graph(other.graph, test_device(), {.weights = store}), "");
    EXPECT_EQ(store.size_bytes(), 2 * bytes);
    EXPECT_EQ(check_graph(dense_block().graph, test_device(), {.weights = store}), "");
}

}  // namespace
}  // namespace abut::test
