// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <memory>

#include "abut/error.hpp"
#include "abut/plan.hpp"

namespace abut {
namespace {

using testing::HasSubstr;

ValueId image(Graph& graph, const char* name, std::int64_t channels, std::int64_t batch = 1) {
    return graph.input(name, ViewSpec::nchw({batch, channels, 4, 4}));
}

ValueId constant(Graph& graph, const Shape& shape) {
    return graph.constant(shape, std::vector<float>(static_cast<std::size_t>(element_count(shape)), 0.5F));
}

/// A 1x1 convolution to `channels`.
ValueId conv(Graph& graph, ValueId x, std::int64_t channels) {
    return graph.conv2d(x, constant(graph, {channels, graph.value(x).shape[1], 1, 1}));
}

const OperandDecision& operand(const Plan& plan, std::size_t concat, std::size_t index) {
    return plan.decisions.at(concat).operands.at(index);
}

/// A part that has been read for the last time gives way to what follows it in a concat, but not where it is the caller's.
TEST(Placement, NoPartOfAnInputIsWritten) {
    Graph graph;
    const auto x = image(graph, "x", 8);
    const auto parts = graph.split(x, 1, {5, 3});
    graph.output("y", conv(graph, graph.concat({parts[0], graph.relu(parts[1])}, 1), 4));
    graph.output("z", conv(graph, parts[0], 4));
    const Plan result = plan(graph);
    for (const Step& step : result.steps) {
        for (const PlannedView& view : step.writes)
            EXPECT_NE(result.roots.at(static_cast<std::size_t>(view.root)).kind, RootKind::Input) << step.name;
    }
    EXPECT_THAT(operand(result, 0, 0).reason, HasSubstr("x"));
}

TEST(Placement, ProducersWriteIntoTheirSlices) {
    Graph graph;
    const auto x = image(graph, "x", 8, 2);
    const auto a = conv(graph, x, 16);
    const auto b = conv(graph, x, 32);
    const auto joined = graph.concat({a, b}, 1);
    graph.output("y", graph.relu(joined));
    const Plan result = plan(graph);
    EXPECT_EQ(result.statistics.copied_bytes, 0);
    EXPECT_EQ(result.statistics.concats_placed, 1);
    EXPECT_EQ(result.view(a).root, result.view(joined).root);
    EXPECT_EQ(result.view(b).offset_bytes, 16 * 4);
    EXPECT_EQ(result.view(b).layout.strides, (Strides{16 * 48, 1, 4 * 48, 48}));
    EXPECT_EQ(operand(result, 0, 1).alignment_bytes, 64);
}

TEST(Placement, CopiesModeCopiesEveryOperandOnce) {
    Graph graph;
    const auto x = image(graph, "x", 8);
    graph.output("y", graph.relu(graph.concat({conv(graph, x, 16), conv(graph, x, 32)}, 1)));
    const Plan result = plan(graph, {.concat = ConcatMode::Copies});
    EXPECT_EQ(result.statistics.copied_bytes, 48 * 16 * 4);
    EXPECT_EQ(result.statistics.concats_placed, 0);
    EXPECT_EQ(operand(result, 0, 0).reason, "copies were asked for");
}

/// DenseNet as torchvision writes it: every layer concatenates all features so far.
TEST(Placement, ListFormConcatsShareOneRoot) {
    Graph graph;
    std::vector<ValueId> features{conv(graph, image(graph, "x", 8), 16)};
    for (int layer = 0; layer < 5; ++layer) features.push_back(conv(graph, graph.relu(graph.concat(features, 1)), 8));
    const auto all = graph.concat(features, 1);
    graph.output("y", graph.relu(all));
    const Plan result = plan(graph);
    EXPECT_EQ(result.statistics.copied_bytes, 0);
    for (const auto feature : features) EXPECT_EQ(result.view(feature).root, result.view(all).root);
    EXPECT_EQ(operand(result, 1, 0).how, Rung::SharedRoot);
}

TEST(Placement, ChainFormConcatsNest) {
    Graph graph;
    auto state = conv(graph, image(graph, "x", 8), 16);
    for (int layer = 0; layer < 5; ++layer) state = graph.concat({state, conv(graph, graph.relu(state), 8)}, 1);
    graph.output("y", graph.relu(state));
    const Plan result = plan(graph);
    EXPECT_EQ(result.statistics.copied_bytes, 0);
    EXPECT_LE(result.statistics.arena_bytes, plan(graph, {.concat = ConcatMode::Copies}).statistics.arena_bytes);
}

TEST(Placement, ConcatsOnDifferentAxesNest) {
    Graph graph;
    const auto x = image(graph, "x", 8, 2);
    const auto inner = graph.concat({conv(graph, x, 4), conv(graph, x, 12)}, 1);
    const auto middle = graph.concat({inner, conv(graph, x, 16)}, -1);
    const auto outer = graph.concat({conv(graph, graph.slice(middle, 3, 0, 4), 16), graph.slice(middle, 3, 4, 8)}, 0);
    graph.output("y", graph.relu(outer));
    const Plan result = plan(graph);
    EXPECT_EQ(operand(result, 0, 0).how, Rung::Alias);
    EXPECT_EQ(operand(result, 1, 0).how, Rung::Alias);
    EXPECT_EQ(operand(result, 1, 1).how, Rung::Alias);
}

TEST(Placement, TheSameOperandTwiceIsStoredTwice) {
    Graph graph;
    const auto a = conv(graph, image(graph, "x", 8), 16);
    graph.output("y", graph.relu(graph.concat({a, a}, 1)));
    const Plan result = plan(graph);
    EXPECT_EQ(operand(result, 0, 0).how, Rung::Alias);
    EXPECT_EQ(operand(result, 0, 1).how, Rung::MultiStore);
    EXPECT_THAT(operand(result, 0, 1).reason, HasSubstr("already lies elsewhere"));
    EXPECT_EQ(result.statistics.copied_bytes, 0);
    EXPECT_EQ(result.steps.front().stores, 1);
    EXPECT_EQ(result.steps.front().writes.back().offset_bytes, 16 * 4);
}

TEST(Placement, InputsAndConstantsAreCopiedWithTheReason) {
    Graph graph;
    const auto x = image(graph, "x", 8);
    const auto joined = graph.concat({x, conv(graph, x, 8), constant(graph, {1, 4, 4, 4})}, 1);
    graph.output("y", graph.relu(joined));
    const Plan result = plan(graph);
    EXPECT_THAT(operand(result, 0, 0).reason, HasSubstr("memory of the caller"));
    EXPECT_EQ(operand(result, 0, 1).how, Rung::Alias);
    EXPECT_THAT(operand(result, 0, 2).reason, HasSubstr("a constant"));
    EXPECT_EQ(result.statistics.copied_bytes, (8 + 4) * 16 * 4);
}

/// Both concats want a at their start, and b and c are needed at once: a is stored into both.
TEST(Placement, CompetingConcatsGetTheirSharedOperandTwice) {
    Graph graph;
    const auto x = image(graph, "x", 8);
    const auto a = conv(graph, x, 16);
    const auto b = conv(graph, x, 8);
    const auto c = conv(graph, x, 8);
    const auto ab = graph.concat({a, b}, 1);
    const auto ac = graph.concat({a, c}, 1);
    graph.output("y", graph.add(ab, ac));
    const Plan result = plan(graph);
    EXPECT_EQ(result.statistics.concats_placed, 2);
    EXPECT_EQ(result.statistics.copied_bytes, 0);
    EXPECT_LE(result.statistics.arena_bytes, plan(graph, {.concat = ConcatMode::Copies}).statistics.arena_bytes);
}

TEST(Placement, OverlappingOperandSequencesShareOneBuffer) {
    Graph graph;
    const auto x = image(graph, "x", 8);
    const auto a = conv(graph, x, 16);
    const auto b = conv(graph, x, 8);
    const auto c = conv(graph, x, 4);
    graph.output("p", graph.relu(graph.concat({a, b}, 1)));
    graph.output("q", graph.relu(graph.concat({b, c}, 1)));
    const Plan result = plan(graph);
    EXPECT_EQ(result.statistics.concats_placed, 2);
    EXPECT_EQ(result.statistics.copied_bytes, 0);
}

TEST(Placement, SplitOfAConcatIsFree) {
    Graph graph;
    const auto x = image(graph, "x", 8);
    const auto parts = graph.split(graph.concat({conv(graph, x, 6), conv(graph, x, 10)}, 1), 1, {4, 12});
    const auto again = graph.concat({graph.relu(parts[0]), graph.relu(parts[1])}, 1);
    graph.output("y", graph.relu(again));
    EXPECT_EQ(plan(graph).statistics.copied_bytes, 0);
}

TEST(Placement, AConcatThatIsTheOutputIsWrittenInPlace) {
    Graph graph;
    const auto x = image(graph, "x", 8);
    const auto joined = graph.concat({conv(graph, x, 6), conv(graph, x, 10)}, 1);
    graph.output("y", joined);
    const Plan result = plan(graph);
    EXPECT_EQ(result.statistics.copied_bytes + result.statistics.conversion_bytes, 0);
    EXPECT_EQ(result.roots.at(static_cast<std::size_t>(result.view(joined).root)).kind, RootKind::Output);
    EXPECT_EQ(result.arena_bytes(), 0);
}

TEST(Placement, AnOutputThatAConcatNeedsTooIsStoredTwiceOrCopiedOut) {
    for (const bool stores_twice : {true, false}) {
        Graph graph;
        const auto x = image(graph, "x", 8);
        const auto a = stores_twice ? conv(graph, x, 6) : graph.pool2d(x, {.kernel = {3, 3}, .pads = {1, 1, 1, 1}});
        graph.output("a", a);
        graph.output("y", graph.relu(graph.concat({a, conv(graph, x, 10)}, 1)));
        const Plan result = plan(graph);
        const std::int64_t moved_bytes = stores_twice ? 0 : 8 * 16 * 4;
        EXPECT_EQ(result.statistics.copied_bytes + result.statistics.conversion_bytes, moved_bytes);
        EXPECT_EQ(operand(result, 0, 0).how, stores_twice ? Rung::MultiStore : Rung::Alias);
    }
}

/// Detection heads: convolution, transpose to channels-last, reshape to rows, concat of rows.
TEST(Placement, TransposedAndReshapedHeadsAreWrittenIntoTheirRows) {
    Graph graph;
    std::vector<ValueId> heads;
    for (const std::int64_t size : {4, 2}) {
        const auto x = graph.input("x" + std::to_string(size), ViewSpec::nchw({1, 8, size, size}));
        const auto rows = graph.transpose(conv(graph, x, 12), {0, 2, 3, 1});
        heads.push_back(graph.reshape(rows, {1, size * size * 3, 4}));
    }
    graph.output("y", graph.concat(heads, 1));
    const Plan result = plan(graph);
    EXPECT_EQ(result.statistics.copied_bytes + result.statistics.conversion_bytes, 0);
    EXPECT_EQ(result.steps.size(), 2U);
}

/// The last kernel before a flatten writes the model's order itself.
TEST(Placement, AnImageThatIsOnlyFlattenedIsWrittenInTheModelsOrder) {
    Graph graph;
    const auto a = graph.relu(conv(graph, image(graph, "x", 8), 6));
    graph.output("y", graph.relu(graph.flatten(a)));
    const Plan result = plan(graph);
    EXPECT_EQ(result.statistics.copied_bytes + result.statistics.conversion_bytes, 0);
    EXPECT_TRUE(result.view(a).layout.is_dense());
}

TEST(Placement, AnImageWithOtherReadersIsConvertedForAFlatten) {
    Graph graph;
    const auto a = graph.relu(conv(graph, image(graph, "x", 8), 6));
    graph.output("y", graph.relu(graph.flatten(a)));
    graph.output("z", conv(graph, a, 3));
    const Plan result = plan(graph);
    EXPECT_EQ(result.statistics.conversion_bytes, 6 * 16 * 4);
    EXPECT_FALSE(result.view(a).layout.is_dense());
}

TEST(Placement, OutputsThatShareAnOperandAreBoundWhateverTheOrder) {
    for (const bool behind : {false, true}) {
        Graph graph;
        const auto x = image(graph, "x", 8);
        const auto a = conv(graph, x, 16);
        const auto other = conv(graph, x, 16);
        graph.output("y", graph.concat({a, conv(graph, x, 16)}, 1));
        graph.output("z", graph.concat(behind ? std::vector{other, a} : std::vector{a, other}, 1));
        const Plan result = plan(graph);
        EXPECT_EQ(result.statistics.copied_bytes + result.statistics.conversion_bytes, 0);
        EXPECT_EQ(result.statistics.search.groups_exact, result.statistics.search.groups);
    }
}

TEST(Placement, AnOutputThatIsAPartOfAnotherIsCopiedOnce) {
    Graph graph;
    const auto x = image(graph, "x", 8);
    const auto y = graph.concat({conv(graph, x, 16), conv(graph, x, 8)}, 1);
    graph.output("y", y);
    graph.output("z", graph.concat({y, conv(graph, x, 40)}, 1));
    const Plan result = plan(graph);
    EXPECT_EQ(result.statistics.copied_bytes + result.statistics.conversion_bytes, 24 * 16 * 4);
}

TEST(Placement, ZeroSizeOperandsNeedNoStep) {
    Graph graph;
    const auto x = image(graph, "x", 8);
    const auto none = graph.slice(conv(graph, x, 4), 1, 2, 2);
    graph.output("y", graph.relu(graph.concat({conv(graph, x, 4), graph.relu(none)}, 1)));
    EXPECT_EQ(plan(graph).statistics.copied_bytes, 0);
}

TEST(Schedule, DisjointSlicesDoNotWaitForEachOther) {
    Graph graph;
    const auto x = image(graph, "x", 8);
    graph.output("y", graph.relu(graph.concat({conv(graph, x, 16), conv(graph, x, 32)}, 1)));
    const Plan result = plan(graph);
    ASSERT_EQ(result.steps.size(), 3U);
    EXPECT_TRUE(result.steps[1].dependencies.empty());
    EXPECT_EQ(result.steps[2].dependencies, (std::vector{0, 1}));
}

TEST(Plan, UnknownValueHasNoHome) {
    EXPECT_THROW(static_cast<void>(Plan{}.view(ValueId{3})), Error);
}

}  // namespace
}  // namespace abut
