// SPDX-License-Identifier: Apache-2.0
// What the placement costs against the least that an enumeration finds. Other groups: --random-seed=1000
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "ops/op_traits.hpp"
#include "plan/cost.hpp"
#include "support/concat_group.hpp"
#include "support/flags.hpp"

namespace abut::tests {
namespace {

constexpr std::uint32_t groups = 100;

struct Score {
    int groups = 0;
    int optimal = 0;
    int competing = 0;  ///< groups in which something has to be given up
    double worst = 1;   ///< cost over the least
};

void add(Score& score, double found, double least) {
    ++score.groups;
    score.optimal += found == least ? 1 : 0;
    score.competing += least > 0 ? 1 : 0;
    ASSERT_GE(found, least) << "the enumeration knows no such placement";
    if (found == least) return;
    score.worst = std::max(score.worst, least == 0 ? 1e9 : found / least);
}

struct Scores {
    Score searched;
    Score exact;   ///< those of which the search says that nothing costs less
    Score greedy;  ///< the placement that gives up what comes later in the graph
};

/// A model and the same for the enumeration.
struct Costs {
    CostModel model{};
    GroupPrices prices{};
};

void score_group(std::uint32_t seed, const Costs& costs, Scores& scores) {
    const auto& traits = ops::op_traits();
    const DrawnGroup drawn = draw_group(seed);
    const Graph& graph = drawn.graph;
    const double least = least_cost(drawn.group, costs.prices);
    const auto cost = [&](const planning::RelationTable& table) { return planning::cost_of(graph, table).time_ns; };
    const auto searched = planning::place(graph, traits, {.cost_model = costs.model});
    const auto start = planning::collect_relations(graph, traits, {.cost_model = costs.model});
    const auto greedy = planning::place_from(graph, traits, start, {});
    add(scores.searched, cost(searched.table), least);
    if (searched.search.groups_exact == searched.search.groups) add(scores.exact, cost(searched.table), least);
    add(scores.greedy, cost(greedy.table), least);
}

Scores score_groups(const auto& costs_of) {
    Scores scores;
    const auto& flags = test::flags();
    for (std::uint32_t seed = flags.random_seed; seed < flags.random_seed + groups; ++seed)
        score_group(seed, costs_of(seed), scores);
    return scores;
}

void expect_optimum(const Scores& scores) {
    testing::Test::RecordProperty("optimal", scores.searched.optimal);
    testing::Test::RecordProperty("exact", scores.exact.groups);
    testing::Test::RecordProperty("optimal_of_greedy", scores.greedy.optimal);
    EXPECT_GE(scores.searched.optimal * 100, scores.searched.groups * 98);
    EXPECT_LE(scores.searched.worst, 1.1);
    EXPECT_GT(scores.searched.competing * 4, scores.searched.groups);
    EXPECT_GT(scores.exact.groups * 2, scores.searched.groups);
    EXPECT_EQ(scores.exact.optimal, scores.exact.groups);
    // The control: a walk that does not search fails here.
    EXPECT_LT(scores.greedy.optimal * 100, scores.greedy.groups * 98);
    EXPECT_GT(scores.greedy.worst, 1.1);
}

TEST(PlanOptimum, CompetingConcatsMoveTheFewestBytes) {
    expect_optimum(score_groups([](std::uint32_t) { return Costs{}; }));
}

/// Numbers of which sums are exact, so that equal costs are equal.
Costs drawn_costs(std::uint32_t seed) {
    std::mt19937 random(seed);
    const auto draw = [&](int below) { return static_cast<double>(random() % static_cast<std::uint32_t>(below)); };
    const GroupPrices prices{
        .launch = draw(200), .copied_byte = draw(8) / 4, .stored_byte = draw(8) / 4, .segment = draw(300)};
    CostModel model;
    model.launch_ns = prices.launch;
    model.copy = {.cached_ns = prices.copied_byte, .memory_ns = prices.copied_byte};
    model.second_store = {.cached_ns = prices.stored_byte, .memory_ns = prices.stored_byte};
    model.segment_ns = prices.segment;
    return {model, prices};
}

TEST(PlanOptimum, CompetingConcatsTakeTheLeastTime) {
    expect_optimum(score_groups(drawn_costs));
}

/// Eight concats of which the tree is so large that half of a small budget ended 1.3 times above the optimum.
TEST(PlanOptimum, EightConcatsAreSearchedNearlyToTheEnd) {
    constexpr std::uint32_t seed = 123456880;
    Scores scores;
    score_group(seed, {}, scores);
    EXPECT_LE(scores.searched.worst, 1.1);
    EXPECT_GT(scores.greedy.worst, 1.1);  // the control
}

}  // namespace
}  // namespace abut::tests
