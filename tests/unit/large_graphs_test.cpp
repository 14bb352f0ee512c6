// SPDX-License-Identifier: Apache-2.0
// Graphs that are very large, or whose tensors are: planned or refused with the reason.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "abut/plan.hpp"
#include "plan/limits.hpp"
#include "support/error_text.hpp"

namespace abut::tests {
namespace {

using testing::HasSubstr;
using testing_support::error_text;

constexpr int operands = 10000;

ValueId small_input(Graph& graph) {
    return graph.input("x", ViewSpec::nchw({1, 4, 2, 2}));
}

TEST(LargeGraphs, AMillionNodesAreRefused) {
    Graph graph;
    ValueId x = small_input(graph);
    const auto text = error_text([&] {
        for (int node = 0; node < 1'000'000; ++node) x = graph.relu(x);
    });
    EXPECT_THAT(text, HasSubstr("at most 262144 nodes"));
    EXPECT_EQ(graph.nodes().size(), 262144U);
    graph.output("y", x);
    EXPECT_THAT(error_text([&] { plan(graph); }), HasSubstr("at most 65536 nodes, found 262144"));
}

TEST(LargeGraphs, ALongChain) {
    Graph graph;
    ValueId x = small_input(graph);
    for (std::size_t node = 0; node < 20'000; ++node) x = graph.relu(x);
    graph.output("y", x);
    EXPECT_EQ(plan(graph).steps.size(), 20'000U);
}

/// Each view is embedded in the one before: no recursion may follow them.
TEST(LargeGraphs, AChainOfViews) {
    Graph graph;
    ValueId x = small_input(graph);
    for (int node = 0; node < operands; ++node) x = graph.transpose(graph.relu(x), {0, 1, 3, 2});
    ValueId y = graph.relu(x);
    for (int node = 0; node < operands; ++node) y = graph.transpose(y, {0, 1, 3, 2});
    graph.output("y", y);
    EXPECT_GE(plan(graph).steps.size(), static_cast<std::size_t>(operands));
}

TEST(LargeGraphs, AConcatOfManyOperands) {
    for (const bool same : {false, true}) {
        Graph graph;
        const ValueId x = small_input(graph);
        std::vector<ValueId> parts;
        for (int part = 0; part < operands; ++part) parts.push_back(same && part > 0 ? parts.front() : graph.relu(x));
        graph.output("y", graph.relu(graph.concat(parts, 1)));
        for (const auto mode : {ConcatMode::Slices, ConcatMode::Copies}) {
            const Plan made = plan(graph, {.concat = mode});
            EXPECT_EQ(made.decisions.at(0).operands.size(), static_cast<std::size_t>(operands));
            EXPECT_EQ(made.statistics.concats_placed, mode == ConcatMode::Slices && !same ? 1 : 0);
        }
    }
}

TEST(LargeGraphs, MoreOperandsThanAPlanHas) {
    Graph graph;
    const ValueId x = small_input(graph);
    graph.output("y", graph.concat(std::vector<ValueId>(planning::most_operands, x), 1));
    EXPECT_THAT(error_text([&] { plan(graph); }), HasSubstr("at most 1048576 operands"));
}

TEST(LargeGraphs, MoreCopiesThanAPlanHas) {
    Graph graph;
    const ValueId x = small_input(graph);
    graph.output("y", graph.concat(std::vector<ValueId>(planning::most_steps + 1, x), 1));
    EXPECT_THAT(error_text([&] { plan(graph, {.concat = ConcatMode::Copies}); }), HasSubstr("at most 65536 steps"));
}

/// With copies there would be a step an operand: far more than can be put in another order.
TEST(LargeGraphs, ConcatsOfMoreOperandsThanStepsAreOrdered) {
    constexpr int concats = 120;
    constexpr int more = 20;
    Graph graph;
    const ValueId x = small_input(graph);
    std::vector<ValueId> parts;
    for (int concat = 0; concat < concats; ++concat) {
        for (int part = 0; part < more; ++part) parts.push_back(graph.relu(x));
        graph.output("y" + std::to_string(concat), graph.relu(graph.concat(parts, 1)));
    }
    const Plan made = plan(graph);
    EXPECT_EQ(made.statistics.copied_bytes, 0);
    EXPECT_EQ(made.statistics.concats_placed, concats);
}

TEST(LargeGraphs, ADimensionOfNothing) {
    Graph graph;
    const ValueId x = graph.input("x", ViewSpec::nchw({1, 4, 0, 2}));
    graph.output("y", graph.concat({graph.relu(x), graph.relu(x)}, 2));
    EXPECT_EQ(plan(graph).arena_bytes(), 0);
}

TEST(LargeGraphs, DimensionsWhoseProductOverflows) {
    constexpr std::int64_t huge = std::int64_t{1} << 40;
    EXPECT_THAT(error_text([] { Graph().input("x", ViewSpec::nchw({huge, huge})); }), HasSubstr("overflow"));
    Graph graph;
    const ValueId x = graph.input("x", ViewSpec::nchw({huge, huge >> 20}));
    EXPECT_THAT(error_text([&] { graph.concat({x, x}, 0); }), HasSubstr("overflow"));
    // Each value fits, two buffers together don't.
    graph.output("y", graph.softmax(graph.softmax(graph.relu(x), 1), 1));
    EXPECT_THAT(error_text([&] { plan(graph); }), HasSubstr("exceed 63 bits"));
}

/// Sizes beyond any memory are numbers to the planner.
TEST(LargeGraphs, TensorsLargerThanAnyMemory) {
    constexpr std::int64_t huge = std::int64_t{1} << 50;
    Graph graph;
    const ValueId x = graph.input("x", ViewSpec::nchw({1, huge}));
    const ValueId y = graph.concat({graph.relu(x), graph.softmax(x, 1)}, 1);
    graph.output("y", graph.relu(y));
    EXPECT_EQ(plan(graph).arena_bytes(), 2 * huge * 4);
}

}  // namespace
}  // namespace abut::tests
