// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "abut/plan.hpp"
#include "support/plan_interpreter.hpp"
#include "support/random_graph.hpp"

namespace abut::tests {
namespace {

constexpr std::uint32_t graph_count = 400;

/// The plan moves and renames, but every step computes what the graph says: the same bits.
TEST(PlanRandom, PlansOfRandomGraphsComputeTheGraph) {
    std::int64_t placed = 0;
    std::int64_t concats = 0;
    for (std::uint32_t seed = 0; seed < graph_count; ++seed) {
        const Graph graph = random_graph(seed);
        const auto inputs = random_inputs(graph, seed);
        const auto expected = reference::evaluate(graph, inputs);
        for (const auto mode : {ConcatMode::Slices, ConcatMode::Copies}) {
            Plan result;
            ASSERT_NO_THROW(result = plan(graph, {.concat = mode})) << "seed " << seed << "\n" << to_string(graph);
            ASSERT_EQ(interpret(graph, result, inputs), expected) << "seed " << seed << "\n" << to_string(graph);
            if (mode == ConcatMode::Copies) continue;
            placed += result.statistics.concats_placed;
            concats += result.statistics.concats;
        }
    }
    EXPECT_GT(placed, concats / 20);  // most operands are inputs, repeated, or wanted elsewhere
}

TEST(PlanRandom, TheInterpreterSeesAStepThatIsMissing) {
    const Graph graph = random_graph(1);
    const auto inputs = random_inputs(graph, 1);
    Plan result = plan(graph);
    ASSERT_FALSE(result.steps.empty());
    result.steps.pop_back();
    EXPECT_NE(interpret(graph, result, inputs), reference::evaluate(graph, inputs));
}

}  // namespace
}  // namespace abut::tests
