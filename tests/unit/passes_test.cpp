// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <limits>

#include "passes/pipeline.hpp"
#include "support/layer_graph.hpp"

namespace abut {
namespace {

using passes::optimise;
using testing_support::largest_difference;
using testing_support::LayerGraph;
using testing_support::nodes_of;
using testing_support::operations;

constexpr double rounding = 1e-5;

/// Texts of a convolution's prologue and epilogue.
std::string prologue_text(const Node& node) {
    return to_string(std::get<Conv2d>(node.operation).prologue);
}
std::string epilogue_text(const Node& node) {
    return to_string(std::get<Conv2d>(node.operation).epilogue);
}

TEST(Passes, batchNormAndReluBecomeAnEpilogueWithABias) {
    LayerGraph net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({1, 4, 6, 6}));
    net.graph.output("y", net.graph.relu(net.batch_norm(net.conv(x, 8, 3))));
    const Graph fused = optimise(net.graph);
    ASSERT_EQ(operations(fused), "conv2d");
    EXPECT_EQ(epilogue_text(fused.nodes()[0]), "relu(x0 + x1)");
    EXPECT_EQ(fused.value(fused.nodes()[0].inputs[2]).shape, (Shape{1, 8, 1, 1}));
    EXPECT_LT(largest_difference(fused, net.graph), rounding);
}

/// Operations that are left of `reader` behind a pad of one row above and two columns on the right with `value`.
template <class Reader>
std::string operations_behind_pad(float value, const Reader& reader) {
    LayerGraph net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({1, 4, 7, 6}));
    const ValueId padded = net.graph.pad(x, {.before = {0, 0, 1, 0}, .after = {0, 0, 0, 2}, .value = value});
    net.graph.output("y", reader(net, padded));
    const Graph folded = optimise(net.graph);
    EXPECT_LT(largest_difference(folded, net.graph), rounding);
    return operations(folded);
}

TEST(Passes, convolutionsAndPoolsPadThemselves) {
    const auto pooled = [](const Pool2d& pool) {
        return [=](LayerGraph& net, ValueId x) { return net.graph.pool2d(x, pool); };
    };
    constexpr float infinity = std::numeric_limits<float>::infinity();
    const Pool2d average{.kind = PoolKind::Average, .kernel = {3, 3}, .strides = {2, 2}};
    const Pool2d maximum{.kernel = {3, 3}, .strides = {2, 2}};
    const auto conv = [](LayerGraph& net, ValueId x) { return net.conv(x, 8, 3); };
    EXPECT_EQ(operations_behind_pad(0, conv), "conv2d");
    EXPECT_EQ(operations_behind_pad(0, pooled(average)), "pool2d");
    EXPECT_EQ(operations_behind_pad(-infinity, pooled(maximum)), "pool2d");
    // What would pad with something else, or count other windows.
    EXPECT_EQ(operations_behind_pad(1, conv), "pad conv2d");
    EXPECT_EQ(operations_behind_pad(0, pooled(maximum)), "pad pool2d");
    Pool2d other = average;
    other.pads = {1, 1, 1, 0};
    EXPECT_EQ(operations_behind_pad(0, pooled(other)), "pad pool2d");
    other.count_include_pad = true;
    EXPECT_EQ(operations_behind_pad(0, pooled(other)), "pool2d");
    other.kernel = {2, 2};
    other.pads = {1, 1, 1, 1};
    EXPECT_EQ(operations_behind_pad(0, pooled(other)), "pad pool2d");
    other = average;
    other.ceil_mode = true;
    EXPECT_EQ(operations_behind_pad(0, pooled(other)), "pad pool2d");
}

TEST(Passes, aPadThatOthersReadStays) {
    LayerGraph net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({1, 4, 7, 6}));
    const ValueId padded = net.graph.pad(x, {.before = {0, 0, 1, 1}, .after = {0, 0, 1, 1}});
    net.graph.output("y", net.conv(padded, 8, 3));
    net.graph.output("z", net.graph.apply(Function::Exp, padded));
    const Graph folded = optimise(net.graph);
    EXPECT_EQ(operations(folded), "pad conv2d elementwise");
    EXPECT_LT(largest_difference(folded, net.graph), rounding);
}

Pool2d halving_average() {
    return {.kind = PoolKind::Average, .kernel = {2, 2}, .strides = {2, 2}};
}

TEST(Passes, anAveragePoolGoesBeforeAPointwiseConvolution) {
    LayerGraph net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({2, 8, 6, 7}));
    const ValueId narrow = net.conv(net.graph.relu(net.batch_norm(x)), 4, 1, 1, true);
    net.graph.output("y", net.graph.pool2d(narrow, halving_average()));
    const Graph swapped = optimise(net.graph);
    EXPECT_EQ(operations(swapped), "elementwise pool2d conv2d");
    EXPECT_LT(largest_difference(swapped, net.graph), rounding);
}

TEST(Passes, aPoolThatDoesNotCommuteStaysBehind) {
    const auto operations_with = [](const Pool2d& pool, std::int64_t kernel, bool activated) {
        LayerGraph net;
        ValueId x = net.conv(net.graph.input("x", ViewSpec::nchw({1, 8, 8, 8})), 4, kernel);
        if (activated) x = net.graph.relu(x);
        net.graph.output("y", net.graph.pool2d(x, pool));
        return operations(optimise(net.graph));
    };
    Pool2d largest = halving_average();
    largest.kind = PoolKind::Max;
    Pool2d padded = halving_average();
    padded.pads = {1, 1, 0, 0};
    EXPECT_EQ(operations_with(halving_average(), 1, false), "pool2d conv2d");
    EXPECT_EQ(operations_with(halving_average(), 3, false), "conv2d pool2d");
    EXPECT_EQ(operations_with(halving_average(), 1, true), "conv2d pool2d");
    EXPECT_EQ(operations_with(largest, 1, false), "conv2d pool2d");
    EXPECT_EQ(operations_with(padded, 1, false), "conv2d pool2d");
}

TEST(Passes, aDenseNetLayerReadsThroughAPrologue) {
    LayerGraph net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({1, 4, 6, 6}));
    const ValueId y = net.graph.input("y", ViewSpec::nchw({1, 3, 6, 6}));
    const ValueId joined = net.graph.concat({x, y}, 1);
    const ValueId narrow = net.conv(net.graph.relu(net.batch_norm(joined)), 8, 1);
    const ValueId grown = net.conv(net.graph.relu(net.batch_norm(narrow)), 2, 3);
    net.graph.output("z", net.graph.concat({joined, grown}, 1));
    const Graph fused = optimise(net.graph);
    ASSERT_EQ(operations(fused), "concat conv2d conv2d concat");
    EXPECT_EQ(prologue_text(fused.nodes()[1]), "relu(multiply_add(x0, x1, x2))");
    EXPECT_EQ(epilogue_text(fused.nodes()[1]), "relu(x0 + x1)");
    EXPECT_EQ(prologue_text(fused.nodes()[2]), "x0");
    EXPECT_EQ(fused.nodes()[1].inputs[0], fused.nodes()[0].outputs[0]);
    EXPECT_LT(largest_difference(fused, net.graph), rounding);
}

TEST(Passes, batchNormThenScaleAndShiftBehindUnsqueezeAreOneAffineFunction) {
    LayerGraph net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({1, 4, 6, 6}));
    const auto norm = [&](ValueId value) {
        const ValueId scaled = net.graph.multiply(net.batch_norm(value), net.per_channel(value));
        return net.graph.relu(net.graph.add(scaled, net.per_channel(value)));
    };
    const ValueId joined = net.graph.concat({x, x}, 1);
    net.graph.output("y", norm(net.conv(norm(joined), 6, 3)));
    const Graph fused = optimise(net.graph);
    ASSERT_EQ(operations(fused), "concat conv2d");
    EXPECT_EQ(prologue_text(fused.nodes()[1]), "relu(multiply_add(x0, x1, x2))");
    EXPECT_EQ(epilogue_text(fused.nodes()[1]), "relu(x0 + x1)");
    EXPECT_EQ(fused.value(fused.nodes()[1].inputs[2]).shape, (Shape{1, 8, 1, 1}));
    EXPECT_LT(largest_difference(fused, net.graph), rounding);
}

TEST(Passes, aResidualSumJoinsTheLaterConvolution) {
    LayerGraph net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({1, 4, 6, 6}));
    const ValueId shortcut = net.batch_norm(net.conv(x, 8, 1));
    const ValueId branch = net.batch_norm(net.conv(net.graph.relu(net.batch_norm(net.conv(x, 8, 3))), 8, 3));
    net.graph.output("y", net.graph.relu(net.graph.add(shortcut, branch)));
    const Graph fused = optimise(net.graph);
    ASSERT_EQ(operations(fused), "conv2d conv2d conv2d");
    EXPECT_EQ(epilogue_text(fused.nodes()[0]), "x0 + x1");
    EXPECT_EQ(epilogue_text(fused.nodes()[2]), "relu((x0 + x2) + x1)");
    EXPECT_LT(largest_difference(fused, net.graph), rounding);
}

TEST(Passes, aScaledResidualScalesTheWeights) {
    LayerGraph net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({1, 4, 6, 6}));
    const ValueId scale = net.constant({});
    const ValueId branch = net.conv(x, 4, 3, 1, true);
    net.graph.output("y", net.graph.add(net.graph.multiply(branch, scale), x));
    const Graph fused = optimise(net.graph);
    ASSERT_EQ(operations(fused), "conv2d");
    EXPECT_EQ(fused.nodes()[0].inputs.size(), 4U);
    EXPECT_EQ(fused.value(fused.nodes()[0].inputs[2]).is_input(), fused.nodes()[0].inputs[2] == fused.inputs()[0].value);
    EXPECT_LT(largest_difference(fused, net.graph), rounding);
}

TEST(Passes, swishJoinsTheConvolution) {
    LayerGraph net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({1, 4, 6, 6}));
    const ValueId y = net.batch_norm(net.conv(x, 8, 3));
    net.graph.output("y", net.graph.multiply(y, net.graph.apply(Function::Sigmoid, y)));
    const Graph fused = optimise(net.graph);
    EXPECT_EQ(operations(fused), "conv2d");
    EXPECT_LT(largest_difference(fused, net.graph), rounding);
}

TEST(Passes, whatOthersReadStays) {
    LayerGraph net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({1, 4, 6, 6}));
    const ValueId y = net.conv(x, 4, 3);
    const ValueId activated = net.graph.relu(y);
    net.graph.output("before", y);
    net.graph.output("after", net.conv(activated, 4, 1));
    net.graph.output("between", activated);
    const Graph fused = optimise(net.graph);
    EXPECT_EQ(operations(fused), "conv2d elementwise conv2d");
    EXPECT_EQ(largest_difference(fused, net.graph), 0);
}

/// Both branches are computed; the later one chooses as it stores.
TEST(Passes, aSelectBecomesAnEpilogue) {
    LayerGraph net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({1, 4, 6, 6}));
    const ValueId mean = net.graph.reduce(x, ReduceKind::Mean, {0, 1, 2, 3}, false);
    const ValueId condition = net.graph.apply(Function::Greater, mean, net.graph.constant({}, std::vector<float>{0.5F}));
    const ValueId chosen = net.graph.select(condition, net.graph.relu(net.conv(x, 8, 3)), net.conv(x, 8, 1));
    net.graph.output("y", net.graph.concat({chosen, net.conv(x, 4, 1)}, 1));
    const Graph fused = optimise(net.graph);
    EXPECT_EQ(operations(fused), "reduce elementwise conv2d conv2d conv2d concat");
    EXPECT_LT(largest_difference(fused, net.graph), rounding);
}

TEST(Passes, aPrologueIsCopiedToAtMostThreeConvolutions) {
    for (const int readers : {3, 4}) {
        LayerGraph net;
        const ValueId x = net.graph.input("x", ViewSpec::nchw({1, 4, 6, 6}));
        const ValueId activated = net.graph.relu(net.batch_norm(x));
        for (int i = 0; i < readers; ++i) net.graph.output("y" + std::to_string(i), net.conv(activated, 4, 3));
        const Graph fused = optimise(net.graph);
        EXPECT_EQ(nodes_of<Elementwise>(fused).size(), readers == 3 ? 0U : 1U);
        EXPECT_LT(largest_difference(fused, net.graph), rounding);
    }
}

TEST(Passes, anExpensiveFunctionIsNoPrologue) {
    LayerGraph net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({1, 4, 6, 6}));
    net.graph.output("y", net.conv(net.graph.apply(Function::Tanh, x), 4, 3));
    EXPECT_EQ(operations(optimise(net.graph)), "elementwise conv2d");
}

TEST(Passes, aSmallFactorIsNotComputedForEveryPixel) {
    LayerGraph net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({2, 4, 6, 6}));
    const ValueId gate = net.graph.apply(Function::Sigmoid, net.graph.global_average_pool(x));
    net.graph.output("y", net.graph.multiply(x, gate));
    EXPECT_EQ(operations(optimise(net.graph)), "reduce elementwise elementwise");
}

TEST(Passes, everyKindOfWeightsIsScaled) {
    LayerGraph net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({2, 4, 5, 5}));
    const ValueId grouped = net.batch_norm(net.conv(x, 6, 3, 2));
    const ValueId weights = net.constant({6, 4, 2, 2});
    const ValueId risen = net.batch_norm(net.graph.conv_transpose2d(grouped, weights, {.strides = {2, 2}, .groups = 2}));
    const ValueId flat = net.graph.flatten(net.graph.global_average_pool(risen));
    const ValueId rows = net.batch_norm(net.graph.dense(flat, net.constant({8, 5})));
    net.graph.output("y", net.batch_norm(net.graph.dense(rows, net.constant({3, 5}), {.transpose_b = true})));
    const Graph fused = optimise(net.graph);
    EXPECT_EQ(operations(fused), "conv2d conv_transpose2d reduce reshape dense dense");
    for (const Node& node : fused.nodes()) EXPECT_LE(node.inputs.size(), 3U) << node.name;
    EXPECT_LT(largest_difference(fused, net.graph), rounding);
}

TEST(Passes, parametersThatAreComputedKeepTheirBatchNorm) {
    LayerGraph net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({1, 4, 6, 6}));
    const ValueId scale = net.graph.input("scale", ViewSpec::nchw({4}));
    const ValueId mean = net.constant({4});
    const ValueId bias = net.constant({4});
    net.graph.output("y", net.graph.batch_norm(x, scale, bias, mean, net.constant({4}, 0.5F, 1.5F)));
    const Graph lowered = optimise(net.graph);
    EXPECT_TRUE(nodes_of<BatchNorm>(lowered).empty());
    EXPECT_LT(largest_difference(lowered, net.graph), rounding);
}

TEST(Passes, outputsKeepNamesOrderAndViews) {
    Graph graph;
    const ValueId x = graph.input("x", ViewSpec::nchw({1, 4, 6, 6}));
    const ValueId y = graph.append(Copy{}, {x}).front();
    graph.output("second", graph.relu(x), ViewSpec::nhwc({1, 4, 6, 6}, 64));
    graph.output("first", y);
    graph.set_name("net");
    const Graph result = optimise(graph);
    EXPECT_EQ(result.name(), "net");
    ASSERT_EQ(result.outputs().size(), 2U);
    EXPECT_EQ(result.outputs()[0].name, "second");
    EXPECT_EQ(result.outputs()[0].spec, ViewSpec::nhwc({1, 4, 6, 6}, 64));
    // A kernel must write it, for the input is not the caller's output.
    EXPECT_EQ(operations(result), "elementwise copy");
}

TEST(Passes, tenThousandNodesAreQuick) {
    LayerGraph net;
    ValueId x = net.graph.input("x", ViewSpec::nchw({1, 4, 2, 2}));
    for (int layer = 0; layer < 2500; ++layer) {
        const ValueId y = net.graph.relu(net.batch_norm(net.conv(x, 4, 1)));
        x = layer % 2 == 0 ? y : net.graph.add(x, y);
    }
    net.graph.output("y", x);
    const auto begin = std::chrono::steady_clock::now();
    const Graph fused = optimise(net.graph);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    EXPECT_EQ(fused.nodes().size(), 2500U);
    // Ten times what an unoptimised build takes; a quadratic pass would need minutes.
    EXPECT_LT(taken.count(), 10.0);
}

}  // namespace
}  // namespace abut
