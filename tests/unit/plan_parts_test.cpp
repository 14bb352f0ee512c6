// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "abut/error.hpp"
#include "ops/op_traits.hpp"
#include "plan/check_plan.hpp"
#include "plan/memory_plan.hpp"
#include "plan/region.hpp"

namespace abut::planning {
namespace {

std::set<std::int64_t> elements_of(const Region& region) {
    std::set<std::int64_t> elements{region.offset};
    for (int axis = 0; axis < region.layout.shape.rank(); ++axis) {
        std::set<std::int64_t> next;
        for (const auto base : elements) {
            for (std::int64_t i = 0; i < region.layout.shape[axis]; ++i) next.insert(base + i * region.layout.strides[axis]);
        }
        elements = std::move(next);
    }
    return elements;
}

bool share_elements(const Region& a, const Region& b) {
    const auto set = elements_of(b);
    for (const auto element : elements_of(a)) {
        if (set.contains(element)) return true;
    }
    return false;
}

/// A random box of a dense root of 3x4x6, sometimes permuted or with its axes merged.
Region random_region(std::mt19937& random) {
    Region region{0, Layout::dense({3, 4, 6})};
    for (int axis = 0; axis < 3; ++axis) {
        const std::int64_t begin = static_cast<std::int64_t>(random() % static_cast<unsigned>(region.layout.shape[axis]));
        const std::int64_t length =
            1 + static_cast<std::int64_t>(random() % static_cast<unsigned>(region.layout.shape[axis] - begin));
        std::int64_t offset = 0;
        region.layout = region.layout.slice(axis, begin, begin + length, offset);
        region.offset += offset;
    }
    if (random() % 3 == 0) region.layout = region.layout.permute({2, 0, 1});
    if (const auto flat = region.layout.reshape({element_count(region.layout.shape)}); flat && random() % 2 == 0)
        region.layout = *flat;
    return region;
}

TEST(Region, OverlapIsNeverMissedAndExactForBoxes) {
    std::mt19937 random(7);
    int cautious = 0;
    for (int i = 0; i < 20000; ++i) {
        const Region a = random_region(random);
        const Region b = random_region(random);
        const bool truth = share_elements(a, b);
        if (truth) {
            ASSERT_TRUE(may_overlap(a, b))
                << to_string(a.layout) << " at " << a.offset << ", " << to_string(b.layout) << " at " << b.offset;
        }
        cautious += !truth && may_overlap(a, b) ? 1 : 0;
    }
    EXPECT_LT(cautious, 400);
}

TEST(MemoryPlan, BlocksThatLiveTogetherDoNotOverlap) {
    std::mt19937 random(3);
    for (int round = 0; round < 200; ++round) {
        std::vector<Block> blocks;
        for (int i = 0; i < 20; ++i) {
            const int first = static_cast<int>(random() % 10);
            blocks.push_back({static_cast<std::int64_t>(random() % 1000), first, first + static_cast<int>(random() % 5)});
        }
        const auto plan = plan_memory(blocks, 64);
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            EXPECT_EQ(plan.offsets_bytes[i] % 64, 0);
            EXPECT_LE(plan.offsets_bytes[i] + blocks[i].size_bytes, plan.size_bytes);
            for (std::size_t j = 0; j < i; ++j) {
                const bool together = blocks[i].first <= blocks[j].last && blocks[j].first <= blocks[i].last;
                const bool apart = plan.offsets_bytes[i] + blocks[i].size_bytes <= plan.offsets_bytes[j] ||
                                   plan.offsets_bytes[j] + blocks[j].size_bytes <= plan.offsets_bytes[i];
                EXPECT_TRUE(!together || apart || blocks[i].size_bytes == 0 || blocks[j].size_bytes == 0);
            }
        }
    }
}

TEST(MemoryPlan, RefusesSumsThatOverflow) {
    const Block half{std::int64_t{1} << 62, 0, 1};
    EXPECT_THROW(plan_memory(std::vector{half, half}, 64), Error);
}

/// Two branches into one concat, so that a plan has slices, an order and a reader.
class CheckPlan : public testing::Test {
protected:
    CheckPlan() {
        const auto x = graph_.input("x", ViewSpec::nchw({1, 8, 4, 4}));
        const auto weights = graph_.constant({16, 8, 1, 1}, std::vector<float>(128, 1.0F));
        const auto a = graph_.conv2d(x, weights);
        const auto b = graph_.relu(graph_.conv2d(x, weights));
        graph_.output("y", graph_.relu(graph_.concat({a, b}, 1)));
        plan_ = plan(graph_);
    }
    void expect_caught() const { EXPECT_THROW(check_plan(graph_, ops::op_traits(), plan_), Error); }

    Graph graph_;
    Plan plan_;
};

TEST_F(CheckPlan, AcceptsThePlannersResult) {
    EXPECT_NO_THROW(check_plan(graph_, ops::op_traits(), plan_));
}

TEST_F(CheckPlan, CatchesAnOffsetOffByOneElement) {
    plan_.steps[0].writes[0].offset_bytes += 4;
    expect_caught();
}

TEST_F(CheckPlan, CatchesAMissingDependency) {
    plan_.steps.back().dependencies.clear();
    expect_caught();
}

TEST_F(CheckPlan, CatchesRootsThatShareBytesWhileBothLive) {
    ASSERT_GT(plan_.roots.size(), 1U);
    for (auto& root : plan_.roots) root.arena_offset_bytes = 0;
    expect_caught();
}

TEST_F(CheckPlan, CatchesAMissingStep) {
    plan_.steps.erase(plan_.steps.begin());
    for (auto& step : plan_.steps) step.dependencies.clear();
    expect_caught();
}

TEST_F(CheckPlan, CatchesAViewThatLeavesItsRoot) {
    plan_.roots[static_cast<std::size_t>(plan_.steps[0].writes[0].root)].size_bytes -= 64;
    expect_caught();
}

}  // namespace
}  // namespace abut::planning
