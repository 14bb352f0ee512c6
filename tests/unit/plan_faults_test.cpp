// SPDX-License-Identifier: Apache-2.0
// Plans that were made wrong on purpose: controls of check_plan and of the interpreter.
#include <gtest/gtest.h>

#include <algorithm>

#include "abut/error.hpp"
#include "ops/op_traits.hpp"
#include "plan/check_plan.hpp"
#include "support/flags.hpp"
#include "support/graph_text.hpp"
#include "support/judge_plan.hpp"
#include "support/mutate_plan.hpp"
#include "support/random_graph.hpp"

namespace abut::tests {
namespace {

constexpr std::uint32_t faulty_graphs = 800;
constexpr RandomGraphOptions faulty_shapes{.nodes = 9, .max_channels = 5, .max_extent = 3};

bool is_accepted(const Graph& graph, const Plan& plan) {
    try {
        planning::check_plan(graph, ops::op_traits(), plan);
        return true;
    } catch (const Error&) {
        return false;
    }
}

class PlanFaults : public testing::TestWithParam<PlanFault> {};

/// Some faults are none: roots of which one is never written, operands of a sum. But what computes something else is
/// refused.
TEST_P(PlanFaults, AreFoundByTheCheckerAndTheInterpreter) {
    const auto& flags = test::flags();
    const auto count = flags.graphs_or(faulty_graphs);
    std::uint32_t planted = 0;
    std::uint32_t refused = 0;
    std::uint32_t wrong = 0;
    for (std::uint32_t seed = flags.random_seed; seed < flags.random_seed + count; ++seed) {
        const Graph graph = random_graph(seed, faulty_shapes);
        std::mt19937 random(seed);
        const Plan sound = plan(graph, {.concat = seed % 2 == 0 ? ConcatMode::Slices : ConcatMode::Copies});
        const auto faulty = with_fault(sound, GetParam(), random);
        if (!faulty) continue;
        const bool accepted = is_accepted(graph, *faulty);
        const auto found = judge_plan(graph, *faulty, seed);
        ASSERT_TRUE(!accepted || found.empty()) << "seed " << seed << ": " << found << "\n" << graph_text(graph);
        ++planted;
        refused += accepted ? 0 : 1;
        wrong += found.empty() ? 0 : 1;
    }
    EXPECT_GT(planted, count / 3);
    EXPECT_GT(refused, planted / 2);
    EXPECT_GT(wrong, planted / 2);
}
INSTANTIATE_TEST_SUITE_P(All, PlanFaults, testing::ValuesIn(plan_faults), [](const auto& tested) {
    std::string name(to_string(tested.param));
    std::replace(name.begin(), name.end(), ' ', '_');
    return name;
});

}  // namespace
}  // namespace abut::tests
