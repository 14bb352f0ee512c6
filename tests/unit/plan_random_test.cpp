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
    std::int64_t segmented = 0;
    std::int64_t stored_twice = 0;
    for (std::uint32_t seed = 0; seed < graph_count; ++seed) {
        const Graph graph = random_graph(seed);
        const auto inputs = random_inputs(graph, seed);
        const auto expected = reference::evaluate(graph, inputs);
        const Plan copies = plan(graph, {.concat = ConcatMode::Copies});
        for (const auto mode : {ConcatMode::Slices, ConcatMode::Copies}) {
            Plan result;
            ASSERT_NO_THROW(result = plan(graph, {.concat = mode})) << "seed " << seed << "\n" << to_string(graph);
            ASSERT_EQ(interpret(graph, result, inputs), expected) << "seed " << seed << "\n" << to_string(graph);
            if (mode == ConcatMode::Copies) continue;
            EXPECT_LE(result.statistics.arena_bytes, copies.statistics.arena_bytes) << "seed " << seed;
            EXPECT_LE(result.statistics.copied_bytes, copies.statistics.copied_bytes) << "seed " << seed;
            placed += result.statistics.concats_placed;
            concats += result.statistics.concats;
            for (const auto& step : result.steps) {
                segmented += step.segments > 0 ? 1 : 0;
                stored_twice += step.stores > 0 ? 1 : 0;
            }
        }
    }
    EXPECT_GT(placed, concats / 20);  // most operands are inputs, repeated, or wanted elsewhere
    EXPECT_GT(segmented, 0);
    EXPECT_GT(stored_twice, 0);
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
