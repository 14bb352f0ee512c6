// SPDX-License-Identifier: Apache-2.0
// Edge cases of which operands a concat has, and where else they are needed.
#include <gmock/gmock.h>

#include "abut/error.hpp"
#include "unit/edge_cases.hpp"

namespace abut::tests {
namespace {

TEST(EdgeCase01, OneTensorTwiceInAConcat) {
    Graph graph;
    const auto a = convolution(graph, image(graph, "x", 3), 5);
    graph.output("y", graph.relu(graph.concat({a, a}, 1)));
    const Plan result = sound_plan(graph);
    EXPECT_EQ(operand(result, 0, 0).how, Rung::Alias);
    EXPECT_LE(result.statistics.copied_bytes, 5 * channel_bytes);
}

TEST(EdgeCase02, OneTensorInTwoConcats) {
    Graph graph;
    const auto x = image(graph, "x", 3);
    const auto a = convolution(graph, x, 5);
    const auto b = convolution(graph, x, 2);
    const auto c = convolution(graph, x, 4);
    graph.output("y", graph.relu(graph.concat({a, b}, 1)));
    graph.output("z", graph.relu(graph.concat({c, a}, 1)));
    const Plan result = sound_plan(graph);  // b follows a and c is before it: all of them fit one buffer
    EXPECT_EQ(result.statistics.copied_bytes, 0);
    EXPECT_EQ(result.view(a).root, result.view(c).root);
}

TEST(EdgeCase02, OneTensorAtTheStartOfTwoConcats) {
    Graph graph;
    const auto x = image(graph, "x", 3);
    const auto a = convolution(graph, x, 5);
    const auto ab = graph.concat({a, convolution(graph, x, 2)}, 1);
    const auto ac = graph.concat({a, convolution(graph, x, 2)}, 1);
    graph.output("y", graph.add(ab, ac));
    EXPECT_LE(sound_plan(graph).statistics.copied_bytes, 7 * channel_bytes);
}

/// The first concat's slice is what the second takes over; the store of a must follow.
TEST(EdgeCase03, AStoreThatIsInASliceGoesIntoAnother) {
    Graph graph;
    const auto x = image(graph, "x", 3);
    const auto inner = graph.concat({convolution(graph, x, 5), convolution(graph, x, 2)}, 1);
    const auto outer = graph.concat({convolution(graph, x, 4), inner}, 1);
    graph.output("y", graph.concat({convolution(graph, x, 1), outer}, 1));
    const Plan result = sound_plan(graph);
    EXPECT_EQ(result.statistics.copied_bytes, 0);
    EXPECT_EQ(result.view(inner).root, result.view(outer).root);
}

TEST(EdgeCase04, OffsetsFollowOperandsAndNotTheOrderOfComputing) {
    Graph graph;
    const auto x = image(graph, "x", 3);
    const auto last = convolution(graph, x, 7);
    const auto middle = convolution(graph, x, 2);
    const auto first = convolution(graph, x, 5);
    graph.output("y", graph.relu(graph.concat({first, middle, last}, 1)));
    const Plan result = sound_plan(graph);
    EXPECT_EQ(result.view(first).offset_bytes, 0);
    EXPECT_EQ(result.view(middle).offset_bytes, 5 * 4);
    EXPECT_EQ(result.view(last).offset_bytes, 7 * 4);
}

TEST(EdgeCase05, NegativeAxis) {
    Graph graph;
    const auto x = image(graph, "x", 3);
    const auto a = convolution(graph, x, 5);
    const auto b = convolution(graph, x, 2);
    graph.output("y", graph.relu(graph.concat({a, b}, -3)));
    graph.output("z", graph.relu(graph.concat({graph.relu(a), graph.relu(a)}, -1)));
    const Plan result = sound_plan(graph);
    EXPECT_EQ(result.decisions.at(0).axis, 1);
    EXPECT_EQ(result.decisions.at(1).axis, 3);
    EXPECT_EQ(result.statistics.copied_bytes, 0);
}

TEST(EdgeCase06, InputsConstantsAndWeightsAsOperands) {
    Graph graph;
    const auto x = image(graph, "x", 3);
    const auto weights = numbers(graph, {2, 3, 1, 1});
    const auto a = graph.conv2d(x, weights);
    graph.output("y", graph.relu(graph.concat({x, a, numbers(graph, {1, 4, 4, 4})}, 1)));
    graph.output("w", graph.relu(graph.concat({weights, weights}, 0)));
    const Plan result = sound_plan(graph);
    EXPECT_EQ(operand(result, 0, 0).how, Rung::Copy);
    EXPECT_EQ(operand(result, 0, 1).how, Rung::Alias);
    EXPECT_EQ(root_kind(result, x), RootKind::Input);
    EXPECT_EQ(root_kind(result, weights), RootKind::Constant);
    EXPECT_LE(result.statistics.copied_bytes, (3 + 4) * channel_bytes + 2 * 6 * 4);
}

TEST(EdgeCase07, OperandsAndConcatsThatAreOutputs) {
    Graph graph;
    const auto x = image(graph, "x", 3);
    const auto a = convolution(graph, x, 5);
    const auto joined = graph.concat({a, convolution(graph, x, 2)}, 1);
    graph.output("a", a);
    graph.output("joined", joined);
    graph.output("again", joined);
    graph.output("x", x);
    const Plan result = sound_plan(graph);
    EXPECT_EQ(operand(result, 0, 0).how, Rung::MultiStore);
    EXPECT_EQ(root_kind(result, a), RootKind::Output);
    EXPECT_EQ(root_kind(result, joined), RootKind::Output);
    EXPECT_EQ(result.statistics.copied_bytes, 0);
    EXPECT_EQ(result.statistics.conversion_bytes, (7 + 3) * channel_bytes);
}

TEST(EdgeCase08, SlicesOfABatchAreNotContiguous) {
    Graph graph;
    const auto x = image(graph, "x", 3, 2);
    const auto a = convolution(graph, x, 5);
    graph.output("y", graph.relu(graph.concat({a, convolution(graph, x, 2)}, 1)));
    const Plan result = sound_plan(graph);
    EXPECT_EQ(result.statistics.copied_bytes, 0);
    EXPECT_EQ(result.view(a).layout.strides, (Strides{7 * pixels, 1, 4 * 7, 7}));
}

/// Nothing computes the reshape, so that a copy has to write its slice.
TEST(EdgeCase09, AProducerThatDoesNothingStillFillsItsSlice) {
    Graph graph;
    const auto x = image(graph, "x", 3);
    const auto same = graph.reshape(graph.transpose(x, {0, 1, 2, 3}), {1, 3, 4, 4});
    graph.output("y", graph.relu(graph.concat({same, convolution(graph, x, 2)}, 1)));
    const Plan result = sound_plan(graph);
    EXPECT_LE(moved_bytes(result), 2 * 3 * channel_bytes);
    EXPECT_GE(moved_bytes(result), 3 * channel_bytes);
}

/// Each layer reads one part of the buffer and writes another.
TEST(EdgeCase10, AProducerReadsTheBufferThatItWritesTo) {
    Graph graph;
    auto state = convolution(graph, image(graph, "x", 3), 5);
    for (int layer = 0; layer < 3; ++layer) state = graph.concat({state, convolution(graph, state, 2)}, 1);
    graph.output("y", graph.relu(state));
    const Plan result = sound_plan(graph);
    EXPECT_EQ(result.statistics.copied_bytes, 0);
    EXPECT_LE(result.arena_bytes(), plan(graph, {.concat = ConcatMode::Copies}).arena_bytes());
}

TEST(EdgeCase11, ASumOnASliceLeavesTheSlice) {
    Graph graph;
    const auto x = image(graph, "x", 3);
    const auto a = convolution(graph, x, 5);
    const auto joined = graph.concat({a, convolution(graph, x, 2)}, 1);
    graph.output("sum", graph.add(graph.relu(a), a));
    graph.output("joined", graph.relu(joined));
    EXPECT_EQ(sound_plan(graph).statistics.copied_bytes, 0);
}

TEST(EdgeCase12, AnOperationOnOneOfTwoViewsLeavesTheOther) {
    Graph graph;
    const auto x = image(graph, "x", 3);
    const auto a = convolution(graph, x, 6);
    const auto one = graph.slice(a, 1, 0, 4);
    const auto other = graph.slice(a, 1, 2, 6);
    graph.output("y", graph.apply(Function::Subtract, graph.relu(one), other));
    graph.output("z", graph.relu(a));
    EXPECT_EQ(sound_plan(graph).statistics.copied_bytes, 0);
}

TEST(EdgeCase18, OperandsOfSeveralFamiliesOfKernels) {
    Graph graph;
    const auto x = image(graph, "x", 3);
    const auto a = convolution(graph, x, 5);
    const auto b = graph.pool2d(x, {.kernel = {3, 3}, .pads = {1, 1, 1, 1}});
    const auto c = graph.apply(Function::Tanh, x);
    const auto d = graph.resize(graph.global_average_pool(x), {.sizes = {1, 3, 4, 4}, .scales = {1, 1, 4, 4}});
    graph.output("y", graph.relu(graph.concat({a, b, c, d}, 1)));
    const Plan result = sound_plan(graph);
    EXPECT_EQ(result.statistics.copied_bytes, 0);
    EXPECT_EQ(result.view(b).offset_bytes, 5 * 4);
    EXPECT_EQ(result.view(c).offset_bytes, 8 * 4);
    EXPECT_EQ(result.view(d).offset_bytes, 11 * 4);
}

TEST(EdgeCase20, OperandsWithoutElements) {
    Graph graph;
    const auto x = image(graph, "x", 3);
    const auto none = graph.slice(convolution(graph, x, 4), 1, 2, 2);
    graph.output("y", graph.relu(graph.concat({none, convolution(graph, x, 2), graph.relu(none)}, 1)));
    graph.output("none", graph.concat({none, none}, 1));
    EXPECT_LE(sound_plan(graph).statistics.copied_bytes, 2 * channel_bytes);
}

TEST(EdgeCase20, AnEmptyPartOfAnotherOperand) {
    Graph graph;
    const auto x = image(graph, "x", 3);
    const auto a = convolution(graph, x, 5);
    graph.output("y", graph.relu(graph.concat({graph.slice(a, 1, 2, 2), convolution(graph, x, 2), a}, 1)));
    EXPECT_LE(sound_plan(graph).statistics.copied_bytes, (2 + 5) * channel_bytes);
}

TEST(EdgeCase21, OperandsOfDifferentTypesAreRefused) {
    Graph graph;
    const auto x = image(graph, "x", 3);
    const auto other = graph.input("other", ViewSpec(DType::Int32, {1, 2, 4, 4}));
    try {
        graph.concat({x, other}, 1);
        FAIL() << "the operands were joined";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
        EXPECT_THAT(error.what(), testing::AllOf(testing::HasSubstr("input 1"), testing::HasSubstr("int32")));
    }
}

}  // namespace
}  // namespace abut::tests
