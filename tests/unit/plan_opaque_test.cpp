// SPDX-License-Identifier: Apache-2.0
// Plans for kernels of the caller's: the views that they take, and what the plan does where it can't give them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "abut/error.hpp"
#include "abut/plan.hpp"
#include "program/optimised_plan.hpp"
#include "support/flags.hpp"
#include "support/judge_plan.hpp"
#include "support/opaque_graph.hpp"
#include "support/random_graph.hpp"

namespace abut::tests {
namespace {

constexpr std::int64_t line_bytes = 64;
const AcceptedView pixels{.order = {0, 2, 3, 1}, .row_axes = 3, .alignment_bytes = 16};

ValueId kernel(Graph& graph, std::vector<ValueId> inputs, std::int64_t channels, const AcceptedView& accepted = pixels) {
    Opaque opaque{.kind = "conv", .outputs = {ViewSpec::nhwc({1, channels, 4, 4})}, .writes = {accepted}};
    opaque.reads.assign(inputs.size(), accepted);
    return graph.append(std::move(opaque), std::move(inputs)).front();
}

ValueId image(Graph& graph, std::int64_t channels) {
    return graph.input("x", ViewSpec::nhwc({1, channels, 4, 4}, line_bytes));
}

std::string refusal(const auto& call) try {
    call();
    return "";
} catch (const Error& error) {
    return error.what();
}

TEST(PlanOpaque, KernelsOfTheCallersWriteIntoTheirSlices) {
    Graph graph;
    const ValueId x = image(graph, 8);
    const ValueId a = kernel(graph, {x}, 8);
    const ValueId b = kernel(graph, {a}, 24);
    graph.output("y", kernel(graph, {graph.concat({a, b}, 1)}, 8), ViewSpec::nhwc({1, 8, 4, 4}, line_bytes));
    const Plan result = plan(graph);
    EXPECT_EQ(result.statistics.copied_bytes, 0);
    EXPECT_EQ(result.view(b).offset_bytes, 8 * 4);
    EXPECT_EQ(result.view(b).layout.strides, (Dims{512, 1, 128, 32}));
    EXPECT_EQ(unaccepted_view(graph, result, line_bytes), "");
}

TEST(PlanOpaque, ASliceThatIsNotAlignedIsCopiedAndSaysWhy) {
    Graph graph;
    const ValueId x = image(graph, 8);
    const ValueId a = kernel(graph, {x}, 6, {.order = {0, 2, 3, 1}, .row_axes = 3});
    const ValueId b = kernel(graph, {x}, 10);
    graph.output("y", kernel(graph, {graph.concat({a, b}, 1)}, 8), ViewSpec::nhwc({1, 8, 4, 4}, line_bytes));
    const auto operands = plan(graph).decisions.front().operands;
    EXPECT_EQ(operands[0].how, Rung::Alias);
    EXPECT_EQ(operands[1].how, Rung::Copy);
    EXPECT_THAT(operands[1].reason, testing::HasSubstr("conv_1 writes it only at multiples of 16 bytes"));
}

TEST(PlanOpaque, RowsGetThePitchThatKernelsAskFor) {
    Graph graph;
    const AcceptedView lines{.order = {0, 2, 3, 1}, .row_axes = 3, .alignment_bytes = line_bytes};
    const ValueId a = kernel(graph, {image(graph, 16)}, 24, lines);
    graph.output("y", kernel(graph, {a}, 16, lines), ViewSpec::nhwc({1, 16, 4, 4}, line_bytes));
    const Plan result = plan(graph);
    EXPECT_EQ(result.view(a).layout.strides, (Dims{512, 1, 128, 32}));
    EXPECT_EQ(result.statistics.copied_bytes + result.statistics.conversion_bytes, 0);
}

TEST(PlanOpaque, AnOrderReachesWhatIsOnlyCut) {
    Graph graph;
    const AcceptedView planes{.order = {0, 1, 2, 3}, .row_axes = 1};
    const ValueId a = kernel(graph, {image(graph, 8)}, 8, {});
    const auto parts = graph.split(a, 1, {2, 6});
    graph.output("y", kernel(graph, {parts[1]}, 8, planes), ViewSpec::nchw({1, 8, 4, 4}));
    const Plan result = plan(graph);
    EXPECT_EQ(result.view(a).layout.strides, (Dims{128, 16, 4, 1}));
    EXPECT_EQ(result.statistics.copied_bytes + result.statistics.conversion_bytes, 0);
}

TEST(PlanOpaque, TwoOrdersOfOneValueAreRefused) {
    Graph graph;
    const ValueId a = kernel(graph, {image(graph, 8)}, 8);
    graph.output("y", kernel(graph, {a}, 8, {.order = {0, 1, 2, 3}}));
    EXPECT_EQ(refusal([&] { (void)plan(graph); }),
              "no view of conv_0 suits its kernels: conv_1 reads it only with axes 0,1,2,3 from the outermost in memory to "
              "the innermost and without a gap");
}

TEST(PlanOpaque, MoreAlignmentThanRootsHaveIsRefused) {
    Graph graph;
    const ValueId a = kernel(graph, {image(graph, 8)}, 8, {});
    graph.output("y", kernel(graph, {a}, 8, {.alignment_bytes = 128}), ViewSpec::nhwc({1, 8, 4, 4}, 128));
    EXPECT_THAT(refusal([&] { (void)plan(graph); }), testing::HasSubstr("only at multiples of 128 bytes"));
    EXPECT_EQ(refusal([&] { (void)plan(graph, {.root_alignment_bytes = 128}); }), "");
}

TEST(PlanOpaque, WhatIsAcceptedMustMakeSense) {
    Graph graph;
    const ValueId x = image(graph, 8);
    const auto text = [&](const AcceptedView& accepted) { return refusal([&] { kernel(graph, {x}, 8, accepted); }); };
    EXPECT_THAT(text({.alignment_bytes = 12}), testing::HasSubstr("expected an alignment that is a power of two"));
    EXPECT_THAT(text({.order = {0, 1, 2}}), testing::HasSubstr("expected an order of 4 axes for shape 1x8x4x4, found 3"));
    EXPECT_THAT(text({.order = {0, 1, 2, 2}}), testing::HasSubstr("with each axis of 0 to 3 once, found 2"));
    EXPECT_THAT(text({.order = {0, 1, 2, 3}, .row_axes = 5}), testing::HasSubstr("expected 0 to 4 row_axes, found 5"));
    EXPECT_THAT(text({.row_axes = 1}), testing::HasSubstr("expected an order of axes beside row_axes 1"));
    Opaque several{.outputs = {ViewSpec::nhwc({1, 8, 4, 4})}, .reads = {pixels}, .most_segments = 2};
    EXPECT_THAT(refusal([&] { graph.append(several, {x}); }),
                testing::HasSubstr("only a kernel that takes any can get several; found 2"));
    EXPECT_THAT(refusal([&] { graph.append(Opaque{}, {x}); }), testing::HasSubstr("expected at least one output"));
}

TEST(PlanOpaque, OnlyPlansTakeIt) {
    Graph graph;
    graph.output("y", kernel(graph, {image(graph, 8)}, 8));
    EXPECT_EQ(refusal([&] { programs::optimised_plan(graph, {}); }),
              "node \"conv_0\" (conv) is opaque: unsupported in a program, since its kernel is the caller's own; use "
              "abut::plan");
}

std::string judge_opaque(const Graph& graph, std::uint32_t seed) try {
    const Graph opaque = opaque_graph(graph, seed);
    Plan result = plan(opaque);
    if (auto found = unaccepted_view(opaque, result, line_bytes); !found.empty()) return found;
    for (Step& step : result.steps) {  // nodes and values have the same numbers
        if (step.node.index >= 0) step.operation = graph.node(step.node).operation;
    }
    return judge_plan(graph, result, seed);
} catch (const std::exception& error) {
    return error.what();
}

class PlanOpaqueRandom : public testing::TestWithParam<std::uint32_t> {};

TEST_P(PlanOpaqueRandom, PlansGiveKernelsWhatTheyTake) {
    const auto& flags = test::flags();
    for (std::uint32_t seed = flags.random_seed + GetParam(); seed < flags.random_seed + flags.graphs_or(1000); seed += 2) {
        const Graph graph = random_graph(seed, {.nodes = 9, .max_channels = 5, .max_extent = 3});
        if (judge_opaque(graph, seed).empty()) continue;
        FAIL() << shrunken_report(graph, seed, judge_opaque);
    }
}
INSTANTIATE_TEST_SUITE_P(All, PlanOpaqueRandom, testing::Range(0U, 2U));

/// The control of `unaccepted_view`: views moved by an element, and rows moved apart.
TEST(PlanOpaque, AViewThatIsNotTakenIsFound) {
    Graph graph;
    const ValueId a = kernel(graph, {image(graph, 8)}, 8);
    graph.output("y", kernel(graph, {a}, 8), ViewSpec::nhwc({1, 8, 4, 4}, line_bytes));
    Plan moved = plan(graph);
    moved.steps.back().reads.front().offset_bytes += 4;
    EXPECT_EQ(unaccepted_view(graph, moved, line_bytes), "conv_1 does not accept input 0");
    Plan spread = plan(graph);
    spread.steps.front().writes.front().layout.strides[2] += 8;
    EXPECT_EQ(unaccepted_view(graph, spread, line_bytes), "conv_0 does not accept output 0");
}

}  // namespace
}  // namespace abut::tests
