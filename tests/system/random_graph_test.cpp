// SPDX-License-Identifier: Apache-2.0
// Whole programs of random graphs against the reference evaluator, and what `--check` looks at in each. A soak:
// abut_system_tests --gtest_filter='RandomGraph*' --random-graphs=500 --random-seed=7
#include <gtest/gtest.h>

#include "support/flags.hpp"
#include "support/placed_view.hpp"
#include "support/random_graph.hpp"
#include "support/run_program.hpp"
#include "support/run_step.hpp"

namespace abut::test {
namespace {

constexpr tests::RandomGraphOptions shapes{.nodes = 10, .max_channels = 20, .max_extent = 9};

void check_random_graphs(const Device& device, ConcatMode concat) {
    const auto first_seed = flags().random_seed;
    const auto count = flags().graphs_or(4);
    for (std::uint32_t seed = first_seed; seed < first_seed + count; ++seed) {
        const auto graph = tests::random_graph(seed, shapes);
        std::string found;
        try {
            found = check_graph_and_steps(graph, device, {.concat = concat}, seed);
        } catch (const std::exception& error) {
            found = error.what();
        }
        ASSERT_EQ(found, "") << "with --random-graphs=1 --random-seed=" << seed << "\n" << to_string(graph);
    }
}

TEST(RandomGraph, WithSlices) {
    check_random_graphs(test_device(), ConcatMode::Slices);
}

TEST(RandomGraph, WithCopies) {
    check_random_graphs(test_device(), ConcatMode::Copies);
}

TEST(RandomGraph, SameSeedSameGraph) {
    EXPECT_EQ(to_string(tests::random_graph(3)), to_string(tests::random_graph(3)));
    EXPECT_NE(to_string(tests::random_graph(3)), to_string(tests::random_graph(4)));
}

TEST(RandomGraph, ADifferenceIsFound) {
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
