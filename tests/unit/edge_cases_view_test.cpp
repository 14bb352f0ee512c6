// SPDX-License-Identifier: Apache-2.0
// Edge cases of layouts, axes, views of views and what reads them.
#include <algorithm>

#include "unit/edge_cases.hpp"

namespace abut::tests {
namespace {

/// What a store may assume is the least of base, row pitch and batch pitch.
TEST(EdgeCase15, AlignmentCountsBaseRowPitchAndBatchPitch) {
    const auto aligned = [](std::int64_t first, std::int64_t second, std::int64_t third) {
        Graph graph;
        const auto x = image(graph, "x", 3, 2);
        const auto joined =
            graph.concat({convolution(graph, x, first), convolution(graph, x, second), convolution(graph, x, third)}, 1);
        graph.output("y", graph.relu(joined));
        return operand(sound_plan(graph), 0, 1).alignment_bytes;
    };
    EXPECT_EQ(aligned(16, 16, 16), 64);  // base 64, pitch 192
    EXPECT_EQ(aligned(4, 16, 12), 16);   // the base alone
    EXPECT_EQ(aligned(16, 16, 1), 4);    // the pitch alone
    EXPECT_EQ(aligned(16, 4, 4), 32);    // a pitch of 24 elements
}

TEST(EdgeCase15, ABatchPitchAloneIsCounted) {
    Graph graph;
    const auto x = image(graph, "x", 3, 2);
    // The images of a batch are 16 pixels and one gap apart in what the caller binds.
    const Layout gaps{{2, 16, 4, 4}, {16 * 16 + 1, 1, 64, 16}};
    graph.output("y", graph.concat({convolution(graph, x, 8), convolution(graph, x, 8)}, 1),
                 ViewSpec(DType::Float32, gaps, {64, 0}));
    EXPECT_EQ(operand(sound_plan(graph), 0, 0).alignment_bytes, 4);
}

TEST(EdgeCase17, ChannelsThatAreNoMultipleOfAVector) {
    Graph graph;
    const auto x = image(graph, "x", 3);
    std::vector<ValueId> operands;
    for (const std::int64_t channels : {17, 1, 15, 33}) operands.push_back(convolution(graph, x, channels));
    graph.output("y", graph.relu(graph.concat(operands, 1)));
    const Plan result = sound_plan(graph);
    EXPECT_EQ(result.statistics.copied_bytes, 0);
    EXPECT_EQ(result.view(operands[3]).offset_bytes, 33 * 4);
}

TEST(EdgeCase19, EveryBatchIsPlannedAlike) {
    for (std::int64_t batch = 1; batch <= 3; ++batch) {
        Graph graph;
        const auto x = image(graph, "x", 3, batch);
        const auto a = convolution(graph, x, 5);
        graph.output("y", graph.relu(graph.concat({a, convolution(graph, x, 2)}, 1)));
        const Plan result = sound_plan(graph);
        EXPECT_EQ(result.statistics.copied_bytes, 0);
        EXPECT_EQ(result.view(a).layout.strides, (Strides{7 * pixels, 1, 4 * 7, 7}));
    }
}

TEST(EdgeCase22, OperandsInDifferentLayouts) {
    Graph graph;
    const auto planar = graph.input("planar", ViewSpec::nchw({1, 3, 4, 4}));
    const auto last = graph.input("last", ViewSpec::nhwc({1, 2, 4, 4}));
    const auto turned = graph.transpose(graph.input("turned", ViewSpec::nchw({4, 4, 5, 1})), {3, 2, 0, 1});
    graph.output("y", graph.relu(graph.concat({planar, last, turned, convolution(graph, last, 6)}, 1)));
    const Plan result = sound_plan(graph);
    EXPECT_EQ(operand(result, 0, 3).how, Rung::Alias);
    EXPECT_LE(result.statistics.copied_bytes, (3 + 2 + 5) * channel_bytes);
}

TEST(EdgeCase23, ConcatsOnThreeAxesInOneAnother) {
    Graph graph;
    const auto x = image(graph, "x", 3, 2);
    const auto channels = graph.concat({convolution(graph, x, 5), convolution(graph, x, 2)}, 1);
    const auto rows = graph.concat({convolution(graph, x, 7), channels}, 2);
    const auto batches = graph.concat({rows, graph.relu(rows)}, 0);
    graph.output("y", graph.relu(batches));
    const Plan result = sound_plan(graph);
    EXPECT_EQ(result.statistics.copied_bytes, 0);
    EXPECT_EQ(result.view(channels).root, result.view(batches).root);
}

TEST(EdgeCase24, OneResultOfASplitIsJoined) {
    Graph graph;
    const auto x = image(graph, "x", 3);
    const auto parts = graph.split(convolution(graph, x, 6), 1, {2, 4});
    graph.output("y", graph.relu(graph.concat({parts[1], convolution(graph, x, 5)}, 1)));
    graph.output("z", graph.relu(parts[0]));
    EXPECT_EQ(sound_plan(graph).statistics.copied_bytes, 0);  // the other part lies before the concat
}

TEST(EdgeCase24, AHalfThatIsChangedIsJoinedWithTheOther) {
    Graph graph;
    const auto parts = graph.split(convolution(graph, image(graph, "x", 3), 6), 1, {3, 3});
    graph.output("y", graph.relu(graph.concat({parts[0], convolution(graph, parts[1], 3)}, 1)));
    EXPECT_LE(sound_plan(graph).statistics.copied_bytes, (3 + 3) * channel_bytes);
}

TEST(EdgeCase25, ConcatThenSliceThenConcat) {
    Graph graph;
    const auto x = image(graph, "x", 3);
    const auto whole = graph.concat({convolution(graph, x, 5), convolution(graph, x, 3)}, 1);
    const auto middle = graph.slice(whole, 1, 2, 8);
    graph.output("y", graph.relu(graph.concat({middle, convolution(graph, x, 4)}, 1)));
    const Plan result = sound_plan(graph);
    EXPECT_EQ(result.statistics.copied_bytes, 0);
    EXPECT_EQ(result.view(middle).offset_bytes - result.view(whole).offset_bytes, 2 * 4);
}

TEST(EdgeCase26, OperandsThatWereRepeatedByBroadcasting) {
    Graph graph;
    const auto x = image(graph, "x", 3, 2);
    const auto wide = graph.add(graph.global_average_pool(x), numbers(graph, {1, 1, 4, 4}));
    const auto joined = graph.concat({wide, convolution(graph, x, 2)}, 1);
    graph.output("y", graph.multiply(joined, graph.global_average_pool(joined)));
    EXPECT_EQ(sound_plan(graph).statistics.copied_bytes, 0);
}

/// Only half of each operand is read; both are written, and the second store does not end the life of the first's.
TEST(EdgeCase27, APartialWriteDoesNotReplaceTheRest) {
    Graph graph;
    const auto x = image(graph, "x", 3);
    const auto joined = graph.concat({convolution(graph, x, 4), convolution(graph, x, 4)}, 1);
    graph.output("y", graph.relu(graph.slice(joined, 1, 2, 6)));
    const Plan result = sound_plan(graph);
    EXPECT_EQ(result.statistics.copied_bytes, 0);
    const auto written = std::ranges::count_if(
        result.steps, [&](const Step& step) { return step.writes.at(0).root == result.view(joined).root; });
    EXPECT_EQ(written, 2);
}

TEST(EdgeCase28, ATensorBesideAShiftedPartOfItself) {
    Graph graph;
    const auto a = convolution(graph, image(graph, "x", 3), 6);
    const auto rolled = graph.concat({graph.slice(a, 1, 1, 6), graph.slice(a, 1, 0, 1)}, 1);
    graph.output("rolled", graph.relu(rolled));
    graph.output("shifted", graph.relu(graph.concat({graph.slice(a, 1, 2, 6), a}, 1)));
    EXPECT_LE(sound_plan(graph).statistics.copied_bytes, (6 + 10) * channel_bytes);
}

TEST(EdgeCase28, ASumOfATensorAndItsShiftedSelf) {
    Graph graph;
    const auto a = convolution(graph, image(graph, "x", 3), 6);
    graph.output("y", graph.add(graph.slice(a, 1, 0, 5), graph.slice(a, 1, 1, 6)));
    EXPECT_EQ(sound_plan(graph).statistics.copied_bytes, 0);
}

/// A slice of a batch can't be seen as rows, whatever its own elements look like.
TEST(EdgeCase29, AReshapeOfAStridedViewIsNoViewOfIt) {
    Graph graph;
    const auto x = image(graph, "x", 3, 2);
    const auto a = graph.pool2d(convolution(graph, x, 5), {.kernel = {1, 1}});  // can't store twice
    const auto joined = graph.concat({a, convolution(graph, x, 2)}, 1);
    graph.output("joined", graph.relu(joined));
    graph.output("rows", graph.relu(graph.reshape(a, {10, 16})));
    graph.output("flat", graph.relu(graph.flatten(a)));
    const Plan result = sound_plan(graph);
    EXPECT_EQ(result.statistics.copied_bytes, 0);
    EXPECT_GT(result.statistics.conversion_bytes, 0);
}

/// relu(x * scale + shift) of a padding would not be zero; the concat before it has to stay what it is.
TEST(EdgeCase30, APaddedPrologueReadsAConcat) {
    Graph graph;
    const auto x = image(graph, "x", 3);
    const auto joined = graph.concat({convolution(graph, x, 2), convolution(graph, x, 1)}, 1);
    Conv2d padded{.pads = {1, 1, 1, 1}};
    padded.prologue = Expression::of(Function::MultiplyAdd);
    padded.prologue.terms.push_back({.function = Function::Relu, .arguments = {3, -1, -1}});
    const auto shift = graph.constant({3, 1, 1}, std::vector<float>{0.5F, 1, 2});
    const auto y = graph.append(padded, {joined, numbers(graph, {2, 3, 3, 3}), numbers(graph, {3, 1, 1}), shift}).front();
    graph.output("y", y);
    graph.output("joined", graph.relu(joined));
    EXPECT_EQ(sound_plan(graph).statistics.copied_bytes, 0);
}

}  // namespace
}  // namespace abut::tests
