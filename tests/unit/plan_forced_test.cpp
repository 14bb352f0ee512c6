// SPDX-License-Identifier: Apache-2.0
// Rungs that the caller asks for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "abut/error.hpp"
#include "abut/plan.hpp"
#include "program/optimised_plan.hpp"
#include "support/flags.hpp"
#include "support/judge_plan.hpp"
#include "support/layer_graph.hpp"
#include "support/random_graph.hpp"

namespace abut::tests {
namespace {

/// concat_3 is {a, b}, concat_4 is {b, a}; each has a convolution as its reader.
Graph swapped_pair() {
    testing_support::LayerGraph layers;
    const ValueId x = layers.graph.input("x", ViewSpec::nchw({1, 4, 4, 4}));
    const ValueId a = layers.conv(x, 8);
    const ValueId b = layers.conv(a, 8);
    const ValueId c = layers.conv(b, 8);
    const ValueId ab = layers.graph.concat({a, b}, 1);
    const ValueId ba = layers.graph.concat({b, a}, 1);
    layers.graph.output("y", layers.conv(ab, 4));
    layers.graph.output("z", layers.conv(ba, 4));
    layers.graph.output("c", c);
    return std::move(layers.graph);
}

std::vector<Rung> rungs_of(const Plan& plan, int concat) {
    std::vector<Rung> rungs;
    for (const auto& operand : plan.decisions.at(static_cast<std::size_t>(concat)).operands) rungs.push_back(operand.how);
    return rungs;
}

Plan forced(const Graph& graph, std::vector<ForcedRung> rungs) {
    return plan(graph, {.forced_rungs = std::move(rungs)});
}

std::string refusal(const Graph& graph, std::vector<ForcedRung> rungs) try {
    forced(graph, std::move(rungs));
    return "";
} catch (const Error& error) {
    return error.what();
}

TEST(PlanForced, EachRungIsHad) {
    const Graph graph = swapped_pair();
    for (const Rung how : {Rung::Alias, Rung::MultiStore, Rung::Copy}) {
        for (int operand = 0; operand < 2; ++operand) {
            const Plan result = forced(graph, {{"concat_3", operand, how}});
            EXPECT_EQ(rungs_of(result, 0)[static_cast<std::size_t>(operand)], how) << operand;
            EXPECT_EQ(judge_plan(graph, result, 1), "");
        }
    }
    EXPECT_THAT(rungs_of(forced(graph, {{"concat_4", 1, Rung::SegmentedRead}}), 1), testing::Each(Rung::SegmentedRead));
}

TEST(PlanForced, OthersGiveWay) {
    const Graph graph = swapped_pair();
    for (int first = 0; first < 2; ++first) {
        const std::string name = first == 0 ? "concat_3" : "concat_4";
        const Plan result = forced(graph, {{name, 0, Rung::Alias}, {name, 1, Rung::Alias}});
        EXPECT_THAT(rungs_of(result, first), testing::Each(testing::AnyOf(Rung::Alias, Rung::SharedRoot)));
        EXPECT_EQ(judge_plan(graph, result, 1), "");
    }
}

TEST(PlanForced, WhatCannotBeHadIsRefused) {
    const Graph graph = swapped_pair();
    const std::vector<ForcedRung> all{{"concat_3", 0, Rung::Alias},
                                      {"concat_3", 1, Rung::Alias},
                                      {"concat_4", 0, Rung::Alias},
                                      {"concat_4", 1, Rung::Alias}};
    EXPECT_THAT(refusal(graph, all), testing::ContainsRegex("concat \"concat_[34]\": .* as alias is unsupported: ."));
    Graph inputs;
    const ValueId x = inputs.input("x", ViewSpec::nchw({1, 4, 4, 4}));
    inputs.output("y", inputs.concat({x, inputs.relu(x)}, 1));
    EXPECT_EQ(refusal(inputs, {{"concat_1", 0, Rung::MultiStore}}),
              "concat \"concat_1\": \"x\" as multi-store is unsupported: its producer can't store it there as well");
    EXPECT_EQ(refusal(inputs, {{"concat_1", 0, Rung::SegmentedRead}}),
              "concat \"concat_1\": a segmented read is unsupported: not all of its readers have a kernel for that");
}

TEST(PlanForced, WhatMakesNoSenseIsRefused) {
    const Graph graph = swapped_pair();
    EXPECT_EQ(refusal(graph, {{"conv2d_0", 0, Rung::Copy}}),
              "forced rung: expected a concat of graph \"graph\", the first of which is \"concat_3\", found \"conv2d_0\"");
    EXPECT_THAT(refusal(graph, {{"concat_3", 2, Rung::Copy}}), testing::HasSubstr("expected an operand 0 to 1"));
    EXPECT_THAT(refusal(graph, {{"concat_3", -1, Rung::Copy}}), testing::HasSubstr("expected an operand 0 to 1"));
    EXPECT_THAT(refusal(graph, {{"concat_3", 0, Rung::Reordered}}), testing::HasSubstr("found reordered"));
    EXPECT_THAT(refusal(graph, {{"concat_3", 0, Rung::Copy}, {"concat_3", 0, Rung::Alias}}),
                testing::HasSubstr("found two"));
}

TEST(PlanForced, OrdersAreKept) {
    const auto free = programs::optimised_plan(swapped_pair(), {});
    const auto kept = programs::optimised_plan(swapped_pair(), {.forced_rungs = {{"concat_4", 0, Rung::Copy}}});
    EXPECT_EQ(rungs_of(kept.plan, 1)[0], Rung::Copy);
    EXPECT_THAT(rungs_of(kept.plan, 0), testing::Not(testing::Contains(Rung::Reordered)));
    EXPECT_EQ(free.plan.statistics.copied_bytes, 0);
}

/// What is wrong with a plan that has one drawn operand at a drawn rung.
std::string judge_forced(const Graph& graph, std::uint32_t seed) try {
    constexpr Rung rungs[] = {Rung::Alias, Rung::MultiStore, Rung::SegmentedRead, Rung::Copy};
    std::mt19937 random(seed);
    const Plan free = plan(graph);
    if (free.decisions.empty()) return "";
    const std::size_t concat = random() % free.decisions.size();
    const std::size_t operand = random() % free.decisions[concat].operands.size();
    const Rung how = rungs[random() % 4];
    const std::string& name = graph.node(free.decisions[concat].concat).name;
    Plan result;
    try {
        result = forced(graph, {{name, static_cast<int>(operand), how}});
    } catch (const Error& error) {
        return error.code() == ErrorCode::Unsupported && free.decisions[concat].operands[operand].how != how ? ""
                                                                                                             : error.what();
    }
    const Rung found = result.decisions[concat].operands[operand].how;
    if (found != how && !(how == Rung::Alias && found == Rung::SharedRoot)) return "another rung than was asked for";
    return judge_plan(graph, result, seed);
} catch (const std::exception& error) {
    return error.what();
}

TEST(PlanForced, RandomGraphsHaveWhatIsAskedFor) {
    const auto& flags = test::flags();
    for (std::uint32_t seed = flags.random_seed; seed < flags.random_seed + flags.graphs_or(500); ++seed) {
        const Graph graph = random_graph(seed, {.nodes = 9, .max_channels = 5, .max_extent = 3});
        if (judge_forced(graph, seed).empty()) continue;
        FAIL() << shrunken_report(graph, seed, judge_forced);
    }
}

}  // namespace
}  // namespace abut::tests
