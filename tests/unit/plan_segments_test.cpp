// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "abut/plan.hpp"
#include "support/plan_interpreter.hpp"
#include "support/random_graph.hpp"

namespace abut::tests {
namespace {

ValueId conv(Graph& graph, ValueId x, std::int64_t channels) {
    const Shape weights{channels, graph.value(x).shape[1], 1, 1};
    std::vector<float> elements(static_cast<std::size_t>(element_count(weights)));
    for (std::size_t i = 0; i < elements.size(); ++i) elements[i] = static_cast<float>(i % 7) * 0.125F - 0.25F;
    return graph.conv2d(x, graph.constant(weights, elements));
}

/// Residual dense blocks whose results are joined again at the end: each result is wanted beside two neighbours.
Graph blocks_joined_at_the_end() {
    Graph graph;
    ValueId state = conv(graph, graph.input("x", ViewSpec::nchw({1, 8, 4, 4})), 8);
    std::vector<ValueId> results;
    for (int block = 0; block < 4; ++block) {
        const ValueId grown = graph.relu(conv(graph, state, 8));
        state = conv(graph, graph.concat({state, grown}, 1), 8);
        results.push_back(state);
    }
    graph.output("y", graph.relu(conv(graph, graph.concat(results, 1), 8)));
    return graph;
}

TEST(PlanSegments, AConvolutionReadsWhatNoPlacementCanJoin) {
    const Graph graph = blocks_joined_at_the_end();
    const Plan result = plan(graph);
    EXPECT_EQ(result.statistics.copied_bytes, 0);
    EXPECT_EQ(result.statistics.concats_placed, 5);
    const auto inputs = random_inputs(graph, 1);
    EXPECT_EQ(interpret(graph, result, inputs), reference::evaluate(graph, inputs));
}

TEST(PlanSegments, TheReaderTakesThePartsInTheirOrder) {
    const Graph graph = blocks_joined_at_the_end();
    const Plan result = plan(graph);
    bool found = false;
    for (const auto& decision : result.decisions) {
        if (decision.operands.front().how != Rung::SegmentedRead) continue;
        found = true;
        const ValueId joined = graph.node(decision.concat).outputs.front();
        EXPECT_FALSE(result.placements[static_cast<std::size_t>(joined.index)]);
        for (const auto& operand : decision.operands) {
            EXPECT_THAT(operand.reason, testing::AnyOf(testing::HasSubstr("would share bytes"),
                                                       testing::HasSubstr("would be needed longer than its parts")));
        }
        for (const auto& step : result.steps) {
            if (step.node.index < 0 || graph.node(step.node).inputs.front() != joined) continue;
            EXPECT_EQ(step.segments + 1, std::ssize(decision.operands));
            EXPECT_EQ(step.segment_axis, 1);
            EXPECT_EQ(step.inputs.front(), decision.operands.front().value);
            EXPECT_EQ(step.inputs.back(), decision.operands.back().value);
        }
    }
    EXPECT_TRUE(found);
}

TEST(PlanSegments, AnOutputIsNotReadInSegments) {
    Graph graph;
    const ValueId a = conv(graph, graph.input("x", ViewSpec::nchw({1, 8, 4, 4})), 8);
    const ValueId b = conv(graph, a, 8);
    graph.output("ab", graph.concat({a, b}, 1));
    graph.output("ba", graph.concat({b, a}, 1));
    const Plan result = plan(graph);
    for (const auto& decision : result.decisions) {
        for (const auto& operand : decision.operands) EXPECT_NE(operand.how, Rung::SegmentedRead);
    }
}

/// Pooling can neither be read from in segments here nor store twice.
TEST(PlanSegments, WhatNoKernelCanDoIsCopied) {
    Graph graph;
    const ValueId x = graph.input("x", ViewSpec::nchw({1, 8, 4, 4}));
    const ValueId a = graph.pool2d(x, {.kernel = {1, 1}});
    const ValueId b = graph.pool2d(a, {.kernel = {1, 1}});
    graph.output("y", graph.add(graph.relu(graph.concat({a, b}, 1)), graph.relu(graph.concat({b, a}, 1))));
    EXPECT_GT(plan(graph).statistics.copied_bytes, 0);
}

}  // namespace
}  // namespace abut::tests
