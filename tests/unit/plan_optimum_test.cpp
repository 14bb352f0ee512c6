// SPDX-License-Identifier: Apache-2.0
// The bytes that the placement moves against the fewest that an enumeration finds. Other groups: --random-seed=1000
#include <gtest/gtest.h>

#include <algorithm>

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
    int competing = 0;  ///< groups in which something has to be copied
    double worst = 1;   ///< bytes copied over the fewest
};

void add(Score& score, std::int64_t found, std::int64_t fewest) {
    ++score.groups;
    score.optimal += found == fewest ? 1 : 0;
    score.competing += fewest > 0 ? 1 : 0;
    ASSERT_GE(found, fewest) << "the enumeration knows no such placement";
    if (found == fewest) return;
    score.worst = std::max(score.worst, fewest == 0 ? 1e9 : static_cast<double>(found) / static_cast<double>(fewest));
}

struct Scores {
    Score searched;
    Score greedy;  ///< the placement that gives up what comes later in the graph
};

Scores score_groups() {
    Scores scores;
    const auto& flags = test::flags();
    const auto& traits = ops::op_traits();
    for (std::uint32_t seed = flags.random_seed; seed < flags.random_seed + groups; ++seed) {
        const auto [graph, group] = draw_group(seed);
        const std::int64_t fewest = fewest_copied_bytes(group);
        const auto searched = planning::place(graph, traits, {});
        const auto start = planning::collect_relations(graph, traits, {});
        const auto greedy = planning::place_from(graph, traits, start, {});
        add(scores.searched, planning::copied_bytes(graph, searched.table), fewest);
        add(scores.greedy, planning::copied_bytes(graph, greedy.table), fewest);
    }
    return scores;
}

TEST(PlanOptimum, CompetingConcatsMoveTheFewestBytes) {
    const Scores scores = score_groups();
    RecordProperty("optimal", scores.searched.optimal);
    RecordProperty("optimal_of_greedy", scores.greedy.optimal);
    EXPECT_GE(scores.searched.optimal * 100, scores.searched.groups * 98);
    EXPECT_LE(scores.searched.worst, 1.1);
    EXPECT_GT(scores.searched.competing * 4, scores.searched.groups);
    // The control: a walk that does not search fails here.
    EXPECT_LT(scores.greedy.optimal * 100, scores.greedy.groups * 98);
    EXPECT_GT(scores.greedy.worst, 1.1);
}

}  // namespace
}  // namespace abut::tests
