// SPDX-License-Identifier: Apache-2.0
// Whole programs of random graphs against the reference evaluator, and what `--check` looks at in each. A soak:
// abut_system_tests --gtest_filter='*RandomGraph*' --random-graphs=500 --random-seed=7000
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <vector>

#include "graph/winograd_kernels.hpp"
#include "jit/kernel_cache.hpp"
#include "passes/set_winograd.hpp"
#include "program/kernel_specs.hpp"
#include "support/flags.hpp"
#include "support/placed_view.hpp"
#include "support/random_graph.hpp"
#include "support/run_program.hpp"
#include "support/run_step.hpp"

namespace abut::test {
namespace {

constexpr std::uint32_t shards = 4;  // that can be run beside one another

/// Small ones from the seeds of every day, since PoCL takes a third of a second for a convolution; a soak begins at 1,000.
tests::RandomGraphOptions shapes(std::uint32_t seed) {
    if (seed >= 1000) return {.nodes = 10, .max_channels = 20, .max_extent = 9};
    return {.nodes = 1 + static_cast<int>(seed / shards % 3), .max_channels = 6, .max_extent = 3};
}

class RandomGraph : public testing::TestWithParam<std::uint32_t> {
protected:
    static void check(ConcatMode concat, std::uint32_t usual) {
        const auto end = flags().random_seed + flags().graphs_or(usual);
        std::vector<std::uint32_t> seeds;
        for (auto seed = flags().random_seed + GetParam(); seed < end; seed += shards) seeds.push_back(seed);
        constexpr std::size_t together = 25;
        for (std::size_t first = 0; first < seeds.size(); first += together) {
            const auto some = std::span(seeds).subspan(first, std::min(together, seeds.size() - first));
            build_together(some, concat);
            for (const auto seed : some) ASSERT_NO_FATAL_FAILURE(check_one(seed, concat));
        }
    }

private:
    /// A compiler's start costs as much as several kernels.
    static void build_together(std::span<const std::uint32_t> seeds, ConcatMode concat) {
        std::vector<ops::KernelSpec> specs;
        for (const auto seed : seeds) {
            const auto graph = tests::random_graph(seed, shapes(seed));
            std::ranges::move(programs::kernel_specs_of(graph, test_device(), {.concat = concat}),
                              std::back_inserter(specs));
        }
        jit::kernel_cache(test_device()).get(specs);
    }

    static void check_one(std::uint32_t seed, ConcatMode concat) {
        const auto graph = tests::random_graph(seed, shapes(seed));
        std::string found;
        try {
            found = check_graph_and_steps(graph, test_device(), {.concat = concat}, seed);
        } catch (const std::exception& error) {
            found = error.what();
        }
        ASSERT_EQ(found, "") << "with --random-graphs=1 --random-seed=" << seed << "\n" << to_string(graph);
    }
};

TEST_P(RandomGraph, WithSlices) {
    check(ConcatMode::Slices, 100);
}

TEST_P(RandomGraph, WithCopies) {
    check(ConcatMode::Copies, 4);
}

INSTANTIATE_TEST_SUITE_P(All, RandomGraph, testing::Range(0U, shards));

/// How a convolution is computed where every one that minimal filtering takes is: by 2 and by 4 results in turn.
std::int64_t filtered_outputs(const Graph& graph, const Node& node) {
    const auto& conv = std::get<Conv2d>(node.operation);
    const Shape& weights = graph.value(node.inputs[1]).shape;
    const std::int64_t outputs = 2 + 2 * (weights[0] % 2);
    const bool takes = conv.strides == Pair{1, 1} && conv.dilations == Pair{1, 1} && conv.groups == 1 &&
                       fits_winograd({weights[2], weights[3]}, outputs);
    return takes ? outputs : 0;
}

/// compile() filters where that is faster, which small ones hardly are. A soak: --random-graphs=200
TEST(RandomGraphs, WithFilteredConvolutions) {
    if (test_device().profile().kernels != KernelFamily::Cpu) return;  // nothing is filtered there
    const auto end = flags().random_seed + flags().graphs_or(4);
    int filtered = 0;
    for (auto seed = flags().random_seed; seed < end; ++seed) {
        const auto graph = passes::set_winograd(
            tests::random_graph(seed, {.nodes = 3, .max_channels = 20, .max_extent = 9, .has_long_kernels = true}),
            filtered_outputs);
        for (const Node& node : graph.nodes()) {
            const auto* conv = std::get_if<Conv2d>(&node.operation);
            if (conv != nullptr && conv->winograd != 0) ++filtered;
        }
        EXPECT_EQ(check_graph_and_steps(graph, test_device(), {.winograd = false}, seed), "") << seed << to_string(graph);
    }
    EXPECT_GT(filtered, 0) << "the control";
}

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
