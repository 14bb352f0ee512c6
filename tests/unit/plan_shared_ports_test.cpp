// SPDX-License-Identifier: Apache-2.0
// Inputs that lie in the memory of outputs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "abut/error.hpp"
#include "ops/op_traits.hpp"
#include "passes/pipeline.hpp"
#include "plan/check_plan.hpp"
#include "support/cached_attention.hpp"
#include "support/error_text.hpp"
#include "support/judge_plan.hpp"
#include "zoo/zoo.hpp"

namespace abut::tests {
namespace {

using testing_support::error_text;

RootKind kind_of(const Plan& plan, ValueId value) {
    return plan.roots.at(static_cast<std::size_t>(plan.view(value).root)).kind;
}

TEST(PlanSharedPorts, ACacheIsNotCopied) {
    const Graph graph = passes::optimise(cached_attention(6));
    ASSERT_EQ(graph.shared_ports().size(), 2U);
    const Plan slices = plan(graph);
    EXPECT_EQ(slices.statistics.copied_bytes, 0);
    EXPECT_EQ(slices.statistics.conversion_bytes, 0);
    EXPECT_EQ(slices.statistics.concats_placed, 2);
    for (const auto& shared : graph.shared_ports()) {
        const ValueId past = graph.inputs()[static_cast<std::size_t>(shared.input)].value;
        const ValueId present = graph.outputs()[static_cast<std::size_t>(shared.output)].value;
        EXPECT_EQ(kind_of(slices, past), RootKind::Output);
        EXPECT_EQ(slices.view(past).root, slices.view(present).root);
        EXPECT_EQ(slices.view(past).offset_bytes, 0);
    }
    EXPECT_EQ(judge_graph(graph, 1), "");
}

TEST(PlanSharedPorts, TheZoosDecoderMovesNothing) {
    const Graph graph = passes::optimise(zoo::make_network("decoder:layers=2,heads=2,width=32,past=9"));
    const Plan slices = plan(graph);
    EXPECT_EQ(slices.statistics.copied_bytes, 0);
    EXPECT_EQ(slices.statistics.conversion_bytes, 0);
    EXPECT_EQ(judge_graph(graph, 1), "");
}

TEST(PlanSharedPorts, CopiesHaveMemoryOfTheirOwn) {
    const Graph graph = passes::optimise(cached_attention(6));
    const Plan copies = plan(graph, {.concat = ConcatMode::Copies});
    EXPECT_EQ(copies.statistics.copied_bytes, 2 * 7 * cached_width * 4);
    EXPECT_EQ(copies.statistics.conversion_bytes, 0);
    for (const auto& port : graph.inputs()) EXPECT_EQ(kind_of(copies, port.value), RootKind::Input);
}

/// concat(row, past) or concat(past, row), with past offered at the beginning of the result.
struct Appended {
    Graph graph;
    ValueId past;
    ValueId row;

    explicit Appended(bool in_front, bool read_later = false) {
        past = graph.input("past", ViewSpec(DType::Float32, Shape{5, 4}));
        row = graph.relu(graph.input("x", ViewSpec(DType::Float32, Shape{1, 4})));
        const ValueId whole = in_front ? graph.concat({row, past}, 0) : graph.concat({past, row}, 0);
        graph.output("whole", whole);
        if (read_later) graph.output("old", graph.apply(Function::Negate, past));
        graph.share(past, "whole", {0, 0});
    }
};

TEST(PlanSharedPorts, ReadersOfThePastFindItThere) {
    const Appended net(false, true);
    EXPECT_EQ(kind_of(plan(net.graph), net.past), RootKind::Output);
    EXPECT_EQ(judge_graph(net.graph, 1), "");
}

TEST(PlanSharedPorts, WhatLiesElsewhereInTheResultIsCopied) {
    const Appended net(true);
    const Plan slices = plan(net.graph);
    EXPECT_EQ(kind_of(slices, net.past), RootKind::Input);
    EXPECT_EQ(slices.statistics.copied_bytes, 5 * 4 * 4);
    EXPECT_EQ(judge_graph(net.graph, 1), "");
}

/// The output is computed from the input and would lie over it: the rows move up by one.
TEST(PlanSharedPorts, AResultThatWouldOverwriteItsInputLiesElsewhere) {
    Graph graph;
    const ValueId past = graph.input("past", ViewSpec(DType::Float32, Shape{5, 4}));
    const ValueId tail = graph.slice(past, 0, 1, 5);
    graph.output("moved", graph.concat({tail, graph.input("x", ViewSpec(DType::Float32, Shape{1, 4}))}, 0));
    graph.share(past, "moved", {0, 0});
    EXPECT_EQ(kind_of(plan(graph), past), RootKind::Input);
    EXPECT_EQ(judge_graph(graph, 1), "");
}

TEST(PlanSharedPorts, TheCheckerFindsAnInputThatIsOverwritten) {
    const Appended net(false);
    const Plan sound = plan(net.graph);
    Plan moved = sound;
    moved.placements[static_cast<std::size_t>(net.past.index)]->offset_bytes = 16;
    EXPECT_THAT(error_text([&] { planning::check_plan(net.graph, ops::op_traits(), moved); }),
                testing::HasSubstr("past does not live where the caller has it"));
    Plan overwritten = sound;
    overwritten.placements[static_cast<std::size_t>(net.row.index)]->offset_bytes = 0;
    overwritten.steps.front().writes.front().offset_bytes = 0;
    EXPECT_THAT(error_text([&] { planning::check_plan(net.graph, ops::op_traits(), overwritten); }),
                testing::HasSubstr("the plan is wrong"));
    EXPECT_NO_THROW(planning::check_plan(net.graph, ops::op_traits(), sound));
}

TEST(PlanSharedPorts, WhatIsNoPartIsRefused) {
    Graph graph;
    const ValueId past = graph.input("past", ViewSpec(DType::Float32, Shape{5, 4}));
    const ValueId wide = graph.input("wide", ViewSpec::nchw({5, 3}));
    const ValueId whole = graph.concat({past, past}, 0);
    graph.output("whole", whole);
    graph.output("again", whole);
    EXPECT_THAT(error_text([&] { graph.share(whole, "whole", {0, 0}); }), testing::HasSubstr("expected an input"));
    EXPECT_THAT(error_text([&] { graph.share(past, "hole", {0, 0}); }), testing::HasSubstr("found \"hole\""));
    EXPECT_THAT(error_text([&] { graph.share(past, "whole", {6, 0}); }), testing::HasSubstr("expected a part of"));
    EXPECT_THAT(error_text([&] { graph.share(past, "whole", {-1, 0}); }), testing::HasSubstr("expected a part of"));
    EXPECT_THAT(error_text([&] { graph.share(past, "whole", {0}); }), testing::HasSubstr("expected the dtype"));
    EXPECT_THAT(error_text([&] { graph.share(wide, "whole", {0, 0}); }), testing::HasSubstr("expected the strides"));
    graph.share(past, "whole", {0, 0});
    EXPECT_THAT(error_text([&] { graph.share(past, "again", {0, 0}); }), testing::HasSubstr("share no memory yet"));
    EXPECT_THAT(error_text([&] { graph.share(wide, "whole", {0, 0}); }), testing::HasSubstr("share no memory yet"));
    EXPECT_EQ(graph.shared_ports().size(), 1U);
}

}  // namespace
}  // namespace abut::tests
