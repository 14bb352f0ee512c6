// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <random>

#include "ops/op_traits.hpp"
#include "plan/operand_order.hpp"
#include "program/optimised_plan.hpp"
#include "support/judge_plan.hpp"
#include "support/layer_graph.hpp"

namespace abut::tests {
namespace {

using programs::optimised_plan;
using testing_support::largest_difference;
using testing_support::LayerGraph;

constexpr double rounding = 1e-5;

/// Pools store once, and depthwise convolutions read one view: no other rung than another order can spare a copy.
ValueId pooled(LayerGraph& net, ValueId x) {
    return net.graph.pool2d(net.conv(x, 6), {.kernel = {2, 2}});
}

ValueId read(LayerGraph& net, const std::vector<ValueId>& operands) {
    const ValueId joined = net.graph.concat(operands, 1);
    const std::int64_t channels = net.graph.value(joined).shape[1];
    return net.conv(net.graph.relu(net.conv(joined, channels, 1, channels)), 4);
}

struct Parts {
    LayerGraph net;
    std::vector<ValueId> values;

    explicit Parts(int count) {
        const ValueId x = net.graph.input("x", ViewSpec::nchw({1, 3, 5, 5}));
        for (int i = 0; i < count; ++i) values.push_back(pooled(net, x));
    }
    Parts& join(const std::vector<int>& operands) {
        std::vector<ValueId> chosen;
        for (const int operand : operands) chosen.push_back(values[static_cast<std::size_t>(operand)]);
        net.graph.output("y" + std::to_string(net.graph.outputs().size()), read(net, chosen));
        return *this;
    }
};

std::vector<Rung> rungs_of(const Plan& plan) {
    std::vector<Rung> rungs;
    for (const auto& decision : plan.decisions) {
        for (const auto& operand : decision.operands) rungs.push_back(operand.how);
    }
    return rungs;
}

/// `graph` is planned without a copy because operands change places, and computes the same.
void expect_reordered(const Graph& graph) {
    const auto [ordered, slices] = optimised_plan(graph, {});
    EXPECT_EQ(slices.statistics.copied_bytes, 0);
    EXPECT_THAT(rungs_of(slices), testing::Contains(Rung::Reordered));
    EXPECT_THAT(rungs_of(slices), testing::Not(testing::Contains(Rung::Copy)));
    EXPECT_LT(largest_difference(ordered, graph), rounding);
    EXPECT_EQ(judge_plan(ordered, slices, 1), "");
    EXPECT_GT(plan(graph).statistics.copied_bytes, 0);
}

TEST(PlanReordered, TheSameOperandsInTwoOrders) {
    expect_reordered(Parts(2).join({0, 1}).join({1, 0}).net.graph);
}

TEST(PlanReordered, OneInTheMiddleOfTheOther) {
    expect_reordered(Parts(3).join({0, 1}).join({0, 2, 1}).net.graph);
}

TEST(PlanReordered, TwoThatBeginWithTheSameOperand) {
    expect_reordered(Parts(3).join({0, 1}).join({0, 2}).net.graph);
}

/// Rows of U-Net++: each node joins all before it and one that is its own.
TEST(PlanReordered, PrefixesWithOneOperandOfTheirOwn) {
    expect_reordered(Parts(5).join({0, 1, 3}).join({0, 1, 2, 4}).net.graph);
}

TEST(PlanReordered, TheReasonNamesTheReaders) {
    const auto [graph, slices] = optimised_plan(Parts(2).join({0, 1}).join({1, 0}).net.graph, {});
    for (const auto& decision : slices.decisions) {
        for (const auto& operand : decision.operands) {
            if (operand.how != Rung::Reordered) continue;
            EXPECT_THAT(operand.reason,
                        testing::AllOf(testing::HasSubstr("conv2d_"), testing::HasSubstr("follow the order")));
        }
    }
}

TEST(PlanReordered, ConvolutionsReadInSegmentsInstead) {
    LayerGraph net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({1, 3, 5, 5}));
    const std::vector<ValueId> parts{pooled(net, x), pooled(net, x)};
    net.graph.output("y", net.conv(net.graph.concat({parts[0], parts[1]}, 1), 4));
    net.graph.output("z", net.conv(net.graph.concat({parts[1], parts[0]}, 1), 4));
    EXPECT_THAT(rungs_of(optimised_plan(net.graph, {}).plan),
                testing::AllOf(testing::Contains(Rung::SegmentedRead), testing::Not(testing::Contains(Rung::Reordered))));
}

TEST(PlanReordered, OutputsKeepTheirOrder) {
    Parts parts(2);
    for (const auto& operands : {std::pair(0, 1), std::pair(1, 0)}) {
        const auto first = static_cast<std::size_t>(operands.first);
        const auto second = static_cast<std::size_t>(operands.second);
        const ValueId joined = parts.net.graph.concat({parts.values[first], parts.values[second]}, 1);
        parts.net.graph.output("y" + std::to_string(first), joined);
    }
    const auto [graph, slices] = optimised_plan(parts.net.graph, {});
    EXPECT_THAT(rungs_of(slices), testing::Not(testing::Contains(Rung::Reordered)));
    EXPECT_LT(largest_difference(graph, parts.net.graph), rounding);
}

TEST(PlanReordered, CopiesKeepTheOrder) {
    const auto plan = optimised_plan(Parts(2).join({0, 1}).join({1, 0}).net.graph, {.concat = ConcatMode::Copies}).plan;
    EXPECT_THAT(rungs_of(plan), testing::Each(Rung::Copy));
}

/// Concats of many of the same values, each in an order of its own.
Graph competing_concats(int concats) {
    constexpr std::uint32_t values = 12;
    constexpr int operands = 8;
    std::mt19937 random(1);
    LayerGraph net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({1, 4, 2, 2}));
    std::vector<ValueId> parts;
    for (std::uint32_t i = 0; i < values; ++i) parts.push_back(net.graph.softmax(x, 1));
    for (int i = 0; i < concats; ++i) {
        std::vector<ValueId> chosen;
        for (int operand = 0; operand < operands; ++operand) chosen.push_back(parts[random() % values]);
        net.graph.output("y" + std::to_string(i), net.graph.softmax(net.graph.concat(chosen, 1), 1));
    }
    return std::move(net.graph);
}

/// How many orders are asked for where no reader can follow any.
std::int64_t refused_orders(int concats) {
    std::int64_t refused = 0;
    planning::plan_in_best_order(competing_concats(concats), ops::op_traits(), {}, [&](const Graph&, NodeId, const auto&) {
        ++refused;
        return std::optional<planning::ReorderedGraph>{};
    });
    return refused;
}

/// Pairs of concats grow with the square of the graph; the orders that are tried for them may not.
TEST(PlanReordered, OrdersThatAreRefusedSpendTheBudget) {
    const std::int64_t few = refused_orders(4);
    EXPECT_GT(few, 4);  // the control: with few concats, all pairs are tried
    const std::int64_t some = refused_orders(50);
    const std::int64_t many = refused_orders(100);
    EXPECT_GT(some, 50);
    EXPECT_LE(many, some) << "twice the graph has half the budget";
}

}  // namespace
}  // namespace abut::tests
