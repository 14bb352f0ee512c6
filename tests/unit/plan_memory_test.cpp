// SPDX-License-Identifier: Apache-2.0
// What plans need: near the lower bound on the zoo's networks, and within a limit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <string>
#include <vector>

#include "abut/error.hpp"
#include "abut/plan.hpp"
#include "passes/pipeline.hpp"
#include "program/optimised_plan.hpp"
#include "support/judge_plan.hpp"
#include "support/layer_graph.hpp"
#include "support/plan_interpreter.hpp"
#include "support/random_graph.hpp"
#include "zoo/zoo.hpp"

namespace abut::tests {
namespace {

std::int64_t used_bytes(const Plan& plan) {
    return plan.statistics.arena_bytes + plan.statistics.workspace_bytes;
}

class PlanMemory : public testing::TestWithParam<std::string> {};

TEST_P(PlanMemory, IsNearTheLowerBound) {
    const Graph graph = passes::optimise(zoo::make_network(GetParam()));
    const Plan slices = plan(graph);
    const auto& statistics = slices.statistics;
    EXPECT_LE((statistics.arena_bytes - statistics.padding_bytes) * 100, statistics.lower_bound_bytes * 102);
    EXPECT_LE(used_bytes(slices), used_bytes(plan(graph, {.concat = ConcatMode::Copies})));
}

TEST_P(PlanMemory, CopiesTakeTheLeastThatALimitFinds) {
    const Graph graph = passes::optimise(zoo::make_network(GetParam()));
    const std::int64_t least = plan(graph, {.concat = ConcatMode::Copies}).arena_bytes();
    EXPECT_THROW((void)plan(graph, {.concat = ConcatMode::Copies, .memory_limit_bytes = least - 1}), Error);
}

INSTANTIATE_TEST_SUITE_P(Zoo, PlanMemory,
                         testing::Values("densenet-bc", "squeezenet", "shufflenet-v2", "unet", "unetpp", "fpn", "yolov8n",
                                         "rrdb:blocks=2"),
                         [](const auto& tested) {
                             std::string name = tested.param;
                             for (auto& character : name) character = std::isalnum(character) != 0 ? character : '_';
                             return name;
                         });

/// A skip that waits for the way down and up again: in one buffer with `up`, which is written much later.
Graph skip() {
    testing_support::LayerGraph layers;
    const ValueId wide = layers.conv(layers.graph.input("x", ViewSpec::nchw({1, 4, 8, 8})), 16);
    ValueId deep = wide;
    for (int i = 0; i < 2; ++i) deep = layers.conv(deep, 32);
    const ValueId up = layers.conv(deep, 16);
    layers.graph.output("y", layers.conv(layers.graph.concat({wide, up}, 1), 4));
    return std::move(layers.graph);
}

TEST(PlanMemory, ASkipIsReadWhereItLies) {
    const Graph graph = skip();
    const Plan result = plan(graph);
    EXPECT_EQ(result.statistics.copied_bytes, 0);
    EXPECT_EQ(result.decisions.front().operands.front().how, Rung::SegmentedRead);
    EXPECT_EQ(result.arena_bytes(), result.statistics.lower_bound_bytes);
    const auto inputs = random_inputs(graph, 1);
    EXPECT_EQ(interpret(graph, result, inputs), reference::evaluate(graph, inputs));
}

/// A narrow value that waits for its neighbour while wide ones come and go; the joined value has a reader that can't go
/// through parts.
Graph early_operand() {
    testing_support::LayerGraph layers;
    const ValueId x = layers.conv(layers.graph.input("x", ViewSpec::nchw({1, 4, 8, 8})), 32);
    const ValueId early = layers.conv(x, 4);
    const ValueId late = layers.conv(layers.conv(x, 32), 4);
    const ValueId joined = layers.graph.concat({early, late}, 1);
    layers.graph.output("y", layers.graph.softmax(joined, 1));
    return std::move(layers.graph);
}

TEST(PlanMemory, OnlyTheOperandThatRaisesThePeakIsCopied) {
    const Graph graph = early_operand();
    const Plan result = plan(graph);
    const auto& operands = result.decisions.front().operands;
    ASSERT_EQ(operands.size(), 2U);
    EXPECT_EQ(operands[0].how, Rung::Copy);
    EXPECT_THAT(operands[0].reason, testing::HasSubstr("raise the peak"));
    EXPECT_EQ(operands[1].how, Rung::Alias);
    EXPECT_LE(used_bytes(result), used_bytes(plan(graph, {.concat = ConcatMode::Copies})));
    const auto inputs = random_inputs(graph, 1);
    EXPECT_EQ(interpret(graph, result, inputs), reference::evaluate(graph, inputs));
}

/// Images that wait, the last first, for a convolution that joins each with what was made of those behind it.
Graph long_skips(int count) {
    testing_support::LayerGraph layers;
    std::vector<ValueId> waiting{layers.conv(layers.graph.input("x", ViewSpec::nchw({1, 4, 4, 4})), 16)};
    for (int i = 0; i < count; ++i) waiting.push_back(layers.conv(waiting.back(), 16));
    ValueId y = waiting.back();
    for (int i = count - 1; i >= 0; --i) {
        const ValueId skip = waiting[static_cast<std::size_t>(i)];
        y = layers.conv(layers.graph.concat({y, skip}, 1), 16);
    }
    layers.graph.output("y", y);
    return std::move(layers.graph);
}

/// Each image is joined with the next one, for a reader that can't go through parts.
Graph joined_neighbours(int count) {
    testing_support::LayerGraph layers;
    Graph& graph = layers.graph;
    std::vector<ValueId> images{graph.relu(graph.input("x", ViewSpec::nchw({1, 16, 8, 8})))};
    std::vector<ValueId> pooled;
    for (int i = 0; i < count; ++i) {
        images.push_back(graph.relu(images.back()));
        const ValueId joined = graph.concat({images[images.size() - 2], images.back()}, 1);
        pooled.push_back(graph.pool2d(joined, {.kernel = {2, 2}, .pads = {0, 0, 1, 1}}));
    }
    ValueId sum = pooled.front();
    for (std::size_t i = 1; i < pooled.size(); ++i) sum = graph.add(sum, pooled[i]);
    graph.output("y", sum);
    return std::move(layers.graph);
}

/// However many concats compete for memory, none is copied that could be read in segments or stored twice, and the arena
/// is that of copies at most.
TEST(PlanMemory, ManyThatCompeteForMemoryAreNotCopied) {
    for (const int count : {5, 18, 60}) {
        for (const Graph& graph : {long_skips(count), joined_neighbours(count)}) {
            const Plan result = plan(graph);
            EXPECT_EQ(result.statistics.copied_bytes, 0) << count;
            EXPECT_LE(used_bytes(result), used_bytes(plan(graph, {.concat = ConcatMode::Copies}))) << count;
            const auto inputs = random_inputs(graph, 1);
            EXPECT_EQ(interpret(graph, result, inputs), reference::evaluate(graph, inputs)) << count;
        }
    }
}

using Planner = Plan (*)(const Graph&, const PlanOptions&);

/// With passes, and operands that may change places.
Plan plan_of_program(const Graph& graph, const PlanOptions& options) {
    return programs::optimised_plan(graph, options).plan;
}

/// What the error says is the least; 0 where a plan was made.
std::int64_t least_bytes(const Graph& graph, const PlanOptions& options, Planner planner = plan) try {
    (void)planner(graph, options);
    return 0;
} catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::OutOfMemory);
    const std::string text = error.what();
    const std::string before = "was found for is ";
    const auto at = text.find(before);
    return at == std::string::npos ? 0 : std::stoll(text.substr(at + before.size()));
}

TEST(PlanMemory, ALimitBelowNothingIsRefused) {
    for (const Graph& graph : {Graph(), skip()}) {
        try {
            (void)plan(graph, {.memory_limit_bytes = -1});
            FAIL();
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
        }
    }
}

TEST(PlanMemory, ALimitThatNothingKeepsIsRefused) {
    const Graph graph = skip();
    for (const auto mode : {ConcatMode::Slices, ConcatMode::Copies}) {
        const std::int64_t least = least_bytes(graph, {.concat = mode, .memory_limit_bytes = 64});
        EXPECT_EQ(used_bytes(plan(graph, {.concat = mode, .memory_limit_bytes = least})), least);
        EXPECT_THROW((void)plan(graph, {.concat = mode, .memory_limit_bytes = least - 1}), Error);
    }
    try {
        (void)plan(graph, {.memory_limit_bytes = 64});
        FAIL() << "a plan of 64 bytes";
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), testing::AllOf(testing::HasSubstr("64 bytes"), testing::HasSubstr("step \"conv2d")));
    }
}

/// What the error names can be had, and computes the same.
TEST(PlanMemory, RandomGraphsKeepTheLeastLimit) {
    int smaller = 0;
    int traded = 0;
    for (std::uint32_t seed = 0; seed < 300; ++seed) {
        const Graph graph = random_graph(seed, {.nodes = 9, .max_channels = 5, .max_extent = 3});
        const Plan free = plan(graph);
        const std::int64_t least = least_bytes(graph, {.memory_limit_bytes = 1});
        if (least == 0) continue;
        const Plan limited = plan(graph, {.memory_limit_bytes = least});
        EXPECT_LE(used_bytes(limited), least) << seed;
        EXPECT_EQ(judge_plan(graph, limited, seed), "") << seed;
        if (least >= used_bytes(free)) continue;
        ++smaller;
        traded += limited.statistics.copied_bytes > free.statistics.copied_bytes ? 1 : 0;
    }
    EXPECT_GT(smaller, 10);
    EXPECT_GT(traded, 0);
}

/// A limit that the plan without one keeps is kept, and so is what an error names, which is no more than that.
TEST(PlanMemory, NoLimitIsRefusedThatAPlanIsKnownFor) {
    int lower = 0;
    for (std::uint32_t seed = 0; seed < 64; ++seed) {
        const Graph graph =
            random_graph(seed, {.nodes = 4 + static_cast<int>(seed % 16), .max_channels = 5, .max_extent = 3});
        for (const Planner planner : {Planner{plan}, Planner{plan_of_program}}) {
            const std::int64_t usual = used_bytes(planner(graph, {}));
            EXPECT_LE(used_bytes(planner(graph, {.memory_limit_bytes = usual})), usual) << seed;
            const std::int64_t least = least_bytes(graph, {.memory_limit_bytes = 1}, planner);
            EXPECT_LE(least, usual) << seed;
            if (least == 0) continue;
            EXPECT_LE(used_bytes(planner(graph, {.memory_limit_bytes = least})), least) << seed;
            lower += least < usual ? 1 : 0;
        }
    }
    EXPECT_GT(lower, 5);
}

}  // namespace
}  // namespace abut::tests
