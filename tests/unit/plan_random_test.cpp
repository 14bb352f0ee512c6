// SPDX-License-Identifier: Apache-2.0
// Plans of random graphs. More of them: abut_unit_tests --gtest_filter='PlanRandom*' --random-graphs=100000 --random-seed=7
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "program/optimised_plan.hpp"
#include "support/flags.hpp"
#include "support/judge_plan.hpp"
#include "support/random_costs.hpp"
#include "support/random_graph.hpp"

namespace abut::tests {
namespace {

constexpr std::uint32_t shards = 4;  // that can be run beside one another
constexpr std::uint32_t graphs = 10000;
constexpr RandomGraphOptions shapes{.nodes = 9, .max_channels = 5, .max_extent = 3};

/// The plan moves and renames, but every step computes what the graph says: the same bits, in every order allowed.
class PlanRandom : public testing::TestWithParam<std::uint32_t> {};

TEST_P(PlanRandom, PlansComputeTheGraph) {
    const auto& flags = test::flags();
    const auto count = flags.graphs_or(graphs);
    for (std::uint32_t seed = flags.random_seed + GetParam(); seed < flags.random_seed + count; seed += shards) {
        const Graph graph = random_graph(seed, shapes);
        if (judge_graph(graph, seed).empty()) continue;
        FAIL() << shrunken_report(graph, seed, judge_graph);
    }
}
INSTANTIATE_TEST_SUITE_P(All, PlanRandom, testing::Range(0U, shards));

/// Orders of operands are changed in graphs that went through all passes.
TEST_P(PlanRandom, OrdersKeepResults) {
    const auto& flags = test::flags();
    const auto count = flags.graphs_or(graphs / 5);
    for (std::uint32_t seed = flags.random_seed + GetParam(); seed < flags.random_seed + count; seed += shards) {
        const Graph graph = random_graph(seed, shapes);
        if (judge_order(graph, seed).empty()) continue;
        FAIL() << shrunken_report(graph, seed, judge_order);
    }
}

/// Costs for which it was faster to bring a value into its slice, counted as copied, and copy another than to copy two.
TEST(PlanRandom, WhatIsBroughtIntoASliceCounts) {
    Graph graph;
    const ValueId x = graph.input("x", ViewSpec::nchw({1, 1, 1, 1}));
    const ValueId whole = graph.append(Slice{{0, 0, 0, 0}, {1, 1, 1, 1}, {1, 1, 1, 1}}, {x}).front();
    const ValueId seen = graph.reshape(whole, {1, 1, 1, 1});
    graph.output("y", graph.concat({seen, graph.apply(Function::Relu, whole)}, 1), ViewSpec::nchw({1, 2, 1, 1}));
    graph.output("z", whole, ViewSpec::nchw({1, 1, 1, 1}));
    constexpr std::uint32_t seed_of_costs = 20'020'987;
    EXPECT_EQ(judge_graph(graph, seed_of_costs), "");
}

TEST(PlanRandom, OrdersAreChanged) {
    int changed = 0;
    for (std::uint32_t seed = 0; seed < 300; ++seed) {
        for (const auto& decision : programs::optimised_plan(random_graph(seed, shapes), {}).plan.decisions) {
            const auto moved = [](const OperandDecision& operand) { return operand.how == Rung::Reordered; };
            if (std::ranges::any_of(decision.operands, moved)) ++changed;
        }
    }
    EXPECT_GT(changed, 3);
}

/// Times change what is decided, in a good part of the graphs that have any.
TEST(PlanRandom, CostsChangeDecisions) {
    int changed = 0;
    const auto rungs = [](const Plan& plan) {
        std::vector<Rung> result;
        for (const auto& decision : plan.decisions) {
            for (const auto& operand : decision.operands) result.push_back(operand.how);
        }
        return result;
    };
    for (std::uint32_t seed = 3; seed < 1200; seed += 4) {
        const Graph graph = random_graph(seed, shapes);
        if (rungs(plan(graph)) != rungs(plan(graph, {.cost_model = random_costs(seed)}))) ++changed;
    }
    EXPECT_GT(changed, 20);
}

/// Random graphs reach every rung that planning has.
TEST(PlanRandom, EveryRungIsUsed) {
    std::set<Rung> used;
    for (std::uint32_t seed = 0; seed < 300; ++seed) {
        for (const auto& decision : plan(random_graph(seed, shapes)).decisions) {
            for (const auto& operand : decision.operands) used.insert(operand.how);
        }
    }
    EXPECT_THAT(used, testing::UnorderedElementsAre(Rung::Alias, Rung::SharedRoot, Rung::MultiStore, Rung::SegmentedRead,
                                                    Rung::Copy));
}

}  // namespace
}  // namespace abut::tests
