// SPDX-License-Identifier: Apache-2.0
// Whole programs of random graphs against the reference evaluator, and what `--check` looks at in each. A soak:
// abut_system_tests --gtest_filter='*RandomGraph*' --random-graphs=500 --random-seed=7000
#include <gtest/gtest.h>

#include "support/flags.hpp"
#include "support/placed_view.hpp"
#include "support/random_graph.hpp"
#include "support/run_program.hpp"
#include "support/run_step.hpp"

namespace abut::test {
namespace {

constexpr std::uint32_t shards = 4;  // that ctest runs beside one another

/// Small ones from the seeds of every day, since PoCL takes a fifth of a second for each kernel; a soak begins at 1,000.
tests::RandomGraphOptions shapes(std::uint32_t seed) {
    const int nodes = seed < 1000 ? 1 + static_cast<int>(seed / shards % 4) : 10;
    return {.nodes = nodes, .max_channels = 20, .max_extent = 9};
}

class RandomGraph : public testing::TestWithParam<std::uint32_t> {
protected:
    static void check(ConcatMode concat, std::uint32_t usual) {
        const auto first_seed = flags().random_seed;
        for (auto seed = first_seed + GetParam(); seed < first_seed + flags().graphs_or(usual); seed += shards) {
            const auto graph = tests::random_graph(seed, shapes(seed));
            std::string found;
            try {
                found = check_graph_and_steps(graph, test_device(), {.concat = concat}, seed);
            } catch (const std::exception& error) {
                found = error.what();
            }
            ASSERT_EQ(found, "") << "with --random-graphs=1 --random-seed=" << seed << "\n" << to_string(graph);
        }
    }
};

TEST_P(RandomGraph, WithSlices) {
    check(ConcatMode::Slices, 100);
}

TEST_P(RandomGraph, WithCopies) {
    check(ConcatMode::Copies, 4);
}

INSTANTIATE_TEST_SUITE_P(All, RandomGraph, testing::Range(0U, shards));

TEST(RandomGraphs, SameSeedSameGraph) {
    EXPECT_EQ(to_string(tests::random_graph(3)), to_string(tests::random_graph(3)));
    EXPECT_NE(to_string(tests::random_graph(3)), to_string(tests::random_graph(4)));
}

TEST(RandomGraphs, ADifferenceIsFound) {
    const auto graph = tests::random_graph(1);
    const auto inputs = tests::random_inputs(graph, 1);
    auto changed = inputs;
    for (auto& element : changed.front().elements) element += 0.5F;
    const auto expected = reference::evaluate(graph, inputs);
    const auto others = reference::evaluate(graph, changed);
    bool found = false;
    for (std::size_t i = 0; i < expected.size(); ++i) found |= !difference(others[i], expected[i]).empty();
    EXPECT_TRUE(found);
}

}  // namespace
}  // namespace abut::test
