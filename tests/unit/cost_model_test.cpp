// SPDX-License-Identifier: Apache-2.0
// Decisions that measured costs change.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "abut/error.hpp"
#include "abut/plan.hpp"
#include "program/optimised_plan.hpp"
#include "support/judge_plan.hpp"
#include "support/layer_graph.hpp"

namespace abut::tests {
namespace {

using testing::HasSubstr;
using testing_support::LayerGraph;

ValueId pool(LayerGraph& layers, ValueId x) {
    return layers.graph.pool2d(x, {.kernel = {1, 1}});
}

/// Needs so much memory that what follows is never above the lower bound.
ValueId wide_start(LayerGraph& layers) {
    return layers.conv(layers.conv(layers.graph.input("x", ViewSpec::nchw({1, 4, 4, 4})), 256), 4);
}

/// Two convolutions read {a, b} and {b, a}; a is 16 channels and b is one, and where `can_store` b comes from a convolution.
Graph swapped_pair(bool can_store) {
    LayerGraph layers;
    const ValueId x = wide_start(layers);
    const ValueId a = pool(layers, layers.conv(x, 16));
    const ValueId b = can_store ? layers.conv(x, 1) : pool(layers, layers.conv(x, 1));
    const ValueId ab = layers.graph.concat({a, b}, 1);
    const ValueId ba = layers.graph.concat({b, a}, 1);
    layers.graph.output("y", layers.conv(ab, 4));
    layers.graph.output("z", layers.conv(ba, 4));
    return std::move(layers.graph);
}

/// Launches cost much, segments more; all numbers are easy to add.
CostModel dear_segments() {
    CostModel model;
    model.launch_ns = 1000;
    model.copy = {.cached_ns = 1, .memory_ns = 1};
    model.segment_ns = 30'000;
    return model;
}

std::vector<OperandDecision> of_rung(const Plan& plan, Rung how) {
    std::vector<OperandDecision> found;
    for (const auto& decision : plan.decisions) {
        for (const auto& operand : decision.operands) {
            if (operand.how == how) found.push_back(operand);
        }
    }
    return found;
}

TEST(CostModel, BytesAloneReadInSegmentsRatherThanCopy) {
    const Graph graph = swapped_pair(false);
    const Plan result = plan(graph);
    EXPECT_EQ(of_rung(result, Rung::SegmentedRead).size(), 2);
    EXPECT_EQ(result.statistics.copied_bytes, 0);
    EXPECT_EQ(result.statistics.estimated_ns, 0);
    for (const auto& operand : of_rung(result, Rung::SegmentedRead))
        EXPECT_THAT(operand.reason, testing::Not(HasSubstr(" ns")));
}

TEST(CostModel, ATinyOperandIsCopiedWhereSegmentsAreDear) {
    const Graph graph = swapped_pair(false);
    const Plan result = plan(graph, {.cost_model = dear_segments()});
    const auto copies = of_rung(result, Rung::Copy);
    ASSERT_EQ(copies.size(), 1);
    EXPECT_EQ(graph.value(copies[0].value).shape[1], 1);
    EXPECT_THAT(copies[0].reason, HasSubstr("; copied: 1.06 us, read in segments: 30 us"));
    EXPECT_EQ(result.statistics.copied_bytes, 16 * 4);
    EXPECT_EQ(result.statistics.estimated_ns, 1000 + 16 * 4);
    EXPECT_TRUE(of_rung(result, Rung::SegmentedRead).empty());
    EXPECT_EQ(judge_plan(graph, result, 1), "");
}

TEST(CostModel, SegmentsAreReadWhereTheyTakeLess) {
    CostModel model = dear_segments();
    model.segment_ns = 200;
    model.segment_row_ns = 10;  // of 16 rows
    const Plan result = plan(swapped_pair(false), {.cost_model = model});
    const auto segments = of_rung(result, Rung::SegmentedRead);
    ASSERT_EQ(segments.size(), 2);
    EXPECT_THAT(segments[0].reason, HasSubstr("; read in segments: 360 ns, one copy at least: 1.06 us"));
    EXPECT_EQ(result.statistics.estimated_ns, 360);
}

TEST(CostModel, ASecondStoreAndACopyAreComparedToo) {
    const Graph graph = swapped_pair(true);
    CostModel model = dear_segments();
    model.second_store = {.cached_ns = 10, .memory_ns = 10};
    const Plan stored = plan(graph, {.cost_model = model});
    ASSERT_EQ(of_rung(stored, Rung::MultiStore).size(), 1);
    EXPECT_THAT(of_rung(stored, Rung::MultiStore)[0].reason, HasSubstr("; stored twice: 640 ns, copied: 1.06 us"));
    model.second_store = {.cached_ns = 100, .memory_ns = 100};
    const Plan copied = plan(graph, {.cost_model = model});
    ASSERT_EQ(of_rung(copied, Rung::Copy).size(), 1);
    EXPECT_TRUE(of_rung(copied, Rung::MultiStore).empty());
    EXPECT_THAT(of_rung(copied, Rung::Copy)[0].reason,
                HasSubstr("; copied: 1.06 us, stored twice: 6.4 us, read in segments: 30 us"));
    EXPECT_EQ(judge_plan(graph, copied, 1), "");
}

TEST(CostModel, WhatACacheHoldsIsPricedApart) {
    CostModel model;
    model.copy = {.cached_ns = 0.25, .memory_ns = 2};
    model.cached_bytes = 40;
    model.segment_ns = 59;
    const Plan cheap = plan(swapped_pair(false), {.cost_model = model});
    EXPECT_EQ(of_rung(cheap, Rung::Copy).size(), 1);
    EXPECT_EQ(cheap.statistics.estimated_ns, 40 * 0.25 + 24 * 2);
    model.segment_ns = 57;
    EXPECT_EQ(of_rung(plan(swapped_pair(false), {.cost_model = model}), Rung::Copy).size(), 0);
}

/// An operand at an odd channel that many kernels read is worth a place of its own.
TEST(CostModel, ReadersThatAreManyGetAnAlignedOperand) {
    LayerGraph layers;
    const ValueId x = wide_start(layers);
    const ValueId odd = layers.conv(x, 1);
    const ValueId read = layers.conv(x, 16);
    layers.graph.output("y", pool(layers, layers.graph.concat({odd, read}, 1)));
    for (int i = 0; i < 5; ++i) layers.graph.output("r" + std::to_string(i), pool(layers, read));
    const Graph& graph = layers.graph;
    EXPECT_TRUE(of_rung(plan(graph), Rung::MultiStore).empty());
    CostModel model = dear_segments();
    model.second_store = {.cached_ns = 1, .memory_ns = 1};
    EXPECT_TRUE(of_rung(plan(graph, {.cost_model = model}), Rung::MultiStore).empty());
    model.factor_below_64_bytes = 1.5;
    model.factor_below_16_bytes = 1.5;
    const Plan result = plan(graph, {.cost_model = model});
    ASSERT_EQ(of_rung(result, Rung::MultiStore).size(), 1);
    EXPECT_EQ(of_rung(result, Rung::MultiStore)[0].value, read);
    EXPECT_THAT(of_rung(result, Rung::MultiStore)[0].reason, HasSubstr("less aligned; stored twice: "));
    EXPECT_EQ(judge_plan(graph, result, 1), "");
}

/// {a, b} and {b, a} with readers that see no order: bytes leave segments alone, times change the order.
TEST(CostModel, AnOrderIsChangedToSaveSegments) {
    const Graph graph = swapped_pair(false);
    const auto bytes = programs::optimised_plan(graph, {});
    const auto times = programs::optimised_plan(graph, {.cost_model = dear_segments()});
    EXPECT_EQ(of_rung(bytes.plan, Rung::SegmentedRead).size(), 2);
    EXPECT_TRUE(of_rung(times.plan, Rung::SegmentedRead).empty());
    EXPECT_TRUE(of_rung(times.plan, Rung::Copy).empty());
    EXPECT_EQ(times.plan.statistics.estimated_ns, 0);
}

/// {1, 16, 15 channels}: the wide operand goes first where accesses to its slice are known to take longer.
TEST(CostModel, AnOrderIsChangedForAlignedSlices) {
    LayerGraph layers;
    const ValueId x = layers.graph.input("x", ViewSpec::nhwc({1, 4, 4, 4}));
    const ValueId odd = layers.conv(x, 1);
    const ValueId wide = layers.conv(x, 16);
    layers.graph.output("y", layers.conv(layers.graph.concat({odd, wide, layers.conv(x, 15)}, 1), 8));
    CostModel model = dear_segments();
    EXPECT_TRUE(of_rung(programs::optimised_plan(layers.graph, {.cost_model = model}).plan, Rung::Reordered).empty());
    model.second_store = {.cached_ns = 1, .memory_ns = 1};
    model.factor_below_16_bytes = 1.5;
    const auto [graph, plan] = programs::optimised_plan(layers.graph, {.cost_model = model});
    EXPECT_EQ(of_rung(plan, Rung::Reordered).size(), 2);
    EXPECT_EQ(plan.statistics.copied_bytes, 0);
    EXPECT_EQ(judge_plan(graph, plan, 1), "");
    EXPECT_LT(testing_support::largest_difference(graph, layers.graph), 1e-5);
}

TEST(CostModel, WhatIsForcedStays) {
    CostModel model = dear_segments();
    model.second_store = {.cached_ns = 100, .memory_ns = 100};
    const Graph graph = swapped_pair(true);
    for (const Rung how : {Rung::MultiStore, Rung::SegmentedRead, Rung::Copy}) {
        const auto free = plan(graph, {.cost_model = model});
        const std::string name = graph.node(free.decisions.at(0).concat).name;
        const Plan result = plan(graph, {.forced_rungs = {{name, 1, how}}, .cost_model = model});
        EXPECT_EQ(result.decisions.at(0).operands.at(1).how, how);
        EXPECT_EQ(result.decisions.at(0).operands.at(1).reason, "it was asked for");
    }
}

TEST(CostModel, NumbersThatMakeNoSenseAreRefused) {
    const Graph graph = swapped_pair(false);
    const auto refusal = [&](const auto& change) -> std::string {
        CostModel model = dear_segments();
        change(model);
        try {
            plan(graph, {.cost_model = model});
            return "";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
            return error.what();
        }
    };
    EXPECT_EQ(refusal([](CostModel&) {}), "");
    EXPECT_EQ(refusal([](CostModel& model) { model.launch_ns = -1; }),
              "cost model: expected launch_ns to be a number of at least 0, found -1");
    EXPECT_THAT(refusal([](CostModel& model) { model.copy.memory_ns = std::numeric_limits<double>::quiet_NaN(); }),
                HasSubstr("memory_ns"));
    EXPECT_THAT(refusal([](CostModel& model) { model.segment_ns = std::numeric_limits<double>::infinity(); }),
                HasSubstr("segment_ns"));
    EXPECT_THAT(refusal([](CostModel& model) { model.cached_bytes = -1; }), HasSubstr("cached_bytes"));
    EXPECT_THAT(refusal([](CostModel& model) { model.factor_below_16_bytes = 0.5; }), HasSubstr("at least 1, found 0.5"));
}

}  // namespace
}  // namespace abut::tests
