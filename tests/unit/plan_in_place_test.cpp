// SPDX-License-Identifier: Apache-2.0
// Results that are stored over an input which nothing reads afterwards.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "abut/error.hpp"
#include "abut/plan.hpp"
#include "ops/op_traits.hpp"
#include "plan/check_plan.hpp"
#include "support/error_text.hpp"
#include "support/judge_plan.hpp"
#include "support/layer_graph.hpp"

namespace abut::tests {
namespace {

constexpr std::int64_t image_bytes = std::int64_t{1} * 4 * 8 * 8 * 4;
const Shape image_shape{1, 4, 8, 8};

ValueId image(Graph& graph, const char* name = "x") {
    return graph.input(name, ViewSpec::nchw(image_shape));
}

ValueId opaque(Graph& graph, std::vector<ValueId> inputs, std::vector<int> in_place_inputs = {}) {
    Opaque kernel{.outputs = {ViewSpec::nchw(image_shape)}};
    kernel.in_place_inputs = std::move(in_place_inputs);
    return graph.append(std::move(kernel), std::move(inputs)).front();
}

void output(Graph& graph, ValueId value) {
    graph.output("y", value, ViewSpec::nchw(image_shape));
}

TEST(PlanInPlace, AChainOfFunctionsNeedsOneBuffer) {
    Graph graph;
    const ValueId a = opaque(graph, {image(graph)});
    const ValueId b = graph.relu(a);
    const ValueId c = graph.relu(b);
    output(graph, opaque(graph, {c}));
    const Plan result = plan(graph);
    EXPECT_EQ(result.arena_bytes(), image_bytes);
    EXPECT_EQ(result.statistics.lower_bound_bytes, image_bytes);
    EXPECT_EQ(result.statistics.in_place_steps, 2);
    EXPECT_EQ(result.view(a).root, result.view(c).root);
}

TEST(PlanInPlace, WhatIsReadAgainIsNotWrittenOver) {
    Graph graph;
    const ValueId a = opaque(graph, {image(graph)});
    const ValueId b = graph.relu(a);
    output(graph, opaque(graph, {a, b}));
    const Plan result = plan(graph);
    EXPECT_EQ(result.statistics.in_place_steps, 0);
    EXPECT_EQ(result.arena_bytes(), 2 * image_bytes);
}

TEST(PlanInPlace, ASumTakesThePlaceOfTheOperandThatDies) {
    Graph graph;
    const ValueId a = opaque(graph, {image(graph)});
    const ValueId b = opaque(graph, {a});
    const ValueId sum = graph.add(a, b);
    output(graph, opaque(graph, {a, sum}));
    const Plan result = plan(graph);
    EXPECT_EQ(result.view(sum).root, result.view(b).root);
    EXPECT_NE(result.view(sum).root, result.view(a).root);
}

TEST(PlanInPlace, WhatAnInputOfAnyOtherElementWouldSpoilIsNot) {
    Graph graph;
    const ValueId x = image(graph);
    const ValueId a = opaque(graph, {x});
    output(graph,
           opaque(graph, {opaque(graph, {a, a}, {0})}));  // read a second time in a way that is not element by element
    EXPECT_EQ(plan(graph).statistics.in_place_steps, 0);
}

TEST(PlanInPlace, KernelsOfTheCallersSayWhichInputs) {
    for (const bool allowed : {false, true}) {
        Graph graph;
        const ValueId a = opaque(graph, {image(graph)});
        const ValueId b = opaque(graph, {a}, allowed ? std::vector{0} : std::vector<int>{});
        output(graph, opaque(graph, {b}));
        EXPECT_EQ(plan(graph).statistics.in_place_steps, allowed ? 1 : 0);
    }
    Graph graph;
    const ValueId x = image(graph);
    EXPECT_THAT(testing_support::error_text([&] { opaque(graph, {x}, {1}); }),
                testing::HasSubstr("expected in_place_inputs of 0 to 0, found 1"));
    const ValueId small = graph.input("small", ViewSpec::nchw({1, 4, 1, 1}));
    EXPECT_THAT(testing_support::error_text([&] { opaque(graph, {small}, {0}); }), testing::HasSubstr("dtype and shape"));
}

TEST(PlanInPlace, MemoryOfTheCallersIsNotWrittenOver) {
    Graph graph;
    output(graph, opaque(graph, {graph.relu(image(graph))}));
    EXPECT_EQ(plan(graph).statistics.in_place_steps, 0);
}

TEST(PlanInPlace, ASumInASliceKeepsWhatTheOtherSlicesHold) {
    testing_support::LayerGraph layers;
    Graph& graph = layers.graph;
    const ValueId a = layers.conv(image(graph), 4);
    const ValueId b = layers.conv(a, 4);
    const ValueId first = layers.conv(graph.concat({a, b}, 1), 4);
    const ValueId sum = graph.add(first, b);
    output(graph, layers.conv(graph.concat({sum, layers.conv(sum, 4)}, 1), 4));
    const Plan result = plan(graph);
    EXPECT_EQ(result.statistics.copied_bytes, 0);
    EXPECT_EQ(judge_plan(graph, result, 1), "");
}

// The control: a plan that says so without leave.
TEST(PlanInPlace, TheCheckerRefusesWhatNoKernelAllows) {
    Graph graph;
    const ValueId a = opaque(graph, {image(graph)});
    const ValueId b = opaque(graph, {a});
    output(graph, opaque(graph, {b}));
    Plan faulty = plan(graph);
    const PlannedView home = faulty.view(a);
    faulty.placements[static_cast<std::size_t>(b.index)] = home;
    faulty.steps[1].writes.front() = home;
    faulty.steps[2].reads.front() = home;
    EXPECT_THAT(testing_support::error_text([&] { planning::check_plan(graph, ops::op_traits(), faulty); }),
                testing::HasSubstr("writes over what it reads"));
}

}  // namespace
}  // namespace abut::tests
