// SPDX-License-Identifier: Apache-2.0
// One of two branches, chosen while a program runs: nothing is compiled or planned again between the conditions.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/layer_graph.hpp"
#include "support/run_program.hpp"
#include "support/run_step.hpp"

namespace abut::test {
namespace {

using reference::Tensor;
using testing_support::LayerGraph;

/// y = Concat(c ? relu(conv(x)) : log(conv(x)), conv(x)), where logarithms of what is negative are no numbers, and the
/// bools z = x > 0.
Graph choice() {
    LayerGraph net;
    const ValueId c = net.graph.input("c", ViewSpec(DType::Bool, Shape{}));
    const ValueId x = net.graph.input("x", ViewSpec::nchw({2, 5, 7, 6}));
    const ValueId a = net.graph.relu(net.conv(x, 20, 3));
    const ValueId b = net.graph.apply(Function::Log, net.conv(x, 20, 3));
    const ValueId chosen = net.graph.select(net.graph.cast(c, DType::Float32), a, b);
    net.graph.output("y", net.graph.concat({net.conv(x, 3, 1), chosen}, 1));
    const ValueId zero = net.constant({}, 0, 0);
    net.graph.output("z", net.graph.cast(net.graph.apply(Function::Greater, x, zero), DType::Bool));
    return net.graph;
}

std::vector<Tensor> inputs(float condition) {
    return {Tensor{{}, {condition}}, random_tensor({2, 5, 7, 6}, 3)};
}

bool has_nan(const Tensor& tensor) {
    return std::ranges::any_of(tensor.elements, [](float element) { return std::isnan(element); });
}

class Choice : public ::testing::TestWithParam<std::tuple<ConcatMode, bool>> {};

TEST_P(Choice, OneProgramServesBothConditions) {
    const auto [concat, by_groups] = GetParam();
    const Graph graph = choice();
    const auto program = compile(graph, by_groups ? group_device() : test_device(), {.concat = concat});
    auto session = program.session();
    for (const float condition : {1.0F, 0.0F, 1.0F}) {
        const auto given = inputs(condition);
        const auto expected = reference::evaluate(graph, given);
        const auto result = run_program(program, session, given);
        EXPECT_EQ(result.damage, "");
        EXPECT_EQ(has_nan(expected[0]), condition == 0);
        EXPECT_EQ(difference(result.outputs[0], expected[0]), "") << condition;
        EXPECT_EQ(result.outputs[1], expected[1]);
    }
    EXPECT_NO_THROW(check_steps(program, session, inputs(1), 5));
    if (concat == ConcatMode::Slices) {
        EXPECT_EQ(program.plan().statistics.copied_bytes, 0);
    }
}

INSTANTIATE_TEST_SUITE_P(Modes, Choice,
                         ::testing::Combine(::testing::Values(ConcatMode::Slices, ConcatMode::Copies), ::testing::Bool()));

/// Both branches are convolutions; the later one chooses as it stores into its slice.
TEST(ChoiceOfConvolutions, IsMadeByTheLaterKernel) {
    LayerGraph net;
    const ValueId c = net.graph.input("c", ViewSpec(DType::Bool, Shape{}));
    const ValueId x = net.graph.input("x", ViewSpec::nchw({1, 4, 9, 9}));
    const ValueId chosen = net.graph.select(net.graph.cast(c, DType::Float32), net.conv(x, 8, 3), net.conv(x, 8, 1));
    net.graph.output("y", net.graph.concat({chosen, net.conv(x, 4, 1)}, 1));
    const auto program = compile(net.graph, test_device());
    EXPECT_EQ(program.plan().steps.size(), 3U);  // the cast, both 1x1 convolutions in one, and the one that chooses
    EXPECT_EQ(program.plan().statistics.copied_bytes, 0);
    auto session = program.session();
    for (const float condition : {0.0F, 1.0F}) {
        const std::vector<Tensor> given{Tensor{{}, {condition}}, random_tensor({1, 4, 9, 9}, 8)};
        EXPECT_EQ(difference(run_program(program, session, given).outputs[0], reference::evaluate(net.graph, given)[0]), "");
    }
}

}  // namespace
}  // namespace abut::test
