// SPDX-License-Identifier: Apache-2.0
// Kernels that store their result over an operand: sums of a residual in the epilogues of every family, and functions alone.
#include <gtest/gtest.h>

#include <utility>

#include "support/layer_graph.hpp"
#include "support/run_program.hpp"
#include "support/run_step.hpp"

namespace abut::test {
namespace {

using testing_support::LayerGraph;

/// Odd extents: the last tile and the last vector are partial.
constexpr std::int64_t channels = 19;

/// Both families of kernels give the reference's results, with a step in place.
void check_in_place(const Graph& graph) {
    for (const Device* device : {&test_device(), &group_device()}) {
        EXPECT_EQ(compile(graph, *device).plan().statistics.in_place_steps, 1);
        EXPECT_EQ(check_graph_and_steps(graph, *device, {}, 1), "");
    }
}

ValueId image(LayerGraph& layers) {
    return layers.graph.input("x", ViewSpec::nhwc({2, channels, 9, 7}));
}

/// A residual is added by a 3x3 convolution of so many groups.
Graph residual_sum(std::int64_t groups) {
    LayerGraph layers;
    const ValueId residual = layers.conv(image(layers), channels);
    const ValueId last = layers.conv(layers.conv(residual, channels), channels, 3, groups);
    layers.graph.output("y", layers.conv(layers.graph.relu(layers.graph.add(last, residual)), 3));
    return std::move(layers.graph);
}

/// And by a transposed convolution.
Graph transposed_sum() {
    LayerGraph layers;
    Graph& graph = layers.graph;
    const ValueId residual = layers.conv(image(layers), channels);
    const ValueId half = graph.pool2d(residual, {.kernel = {2, 2}, .strides = {2, 2}, .pads = {0, 0, 1, 1}});
    const ConvTranspose2d attributes{.strides = {2, 2}, .pads = {0, 0, 1, 1}};
    const ValueId weights = layers.constant({channels, channels, 2, 2});
    graph.output("y", layers.conv(graph.add(graph.conv_transpose2d(half, weights, attributes), residual), 3));
    return std::move(layers.graph);
}

// In one test, since the kernels around the sums are the same.
TEST(InPlace, ConvolutionsAddToWhatTheyReplace) {
    for (const Graph& graph : {residual_sum(1), residual_sum(channels), transposed_sum()}) {
        SCOPED_TRACE(to_string(graph));
        check_in_place(graph);
    }
}

TEST(InPlace, ADenseProductToo) {
    LayerGraph layers;
    Graph& graph = layers.graph;
    const auto product = [&](ValueId x, std::int64_t columns) {
        return graph.dense(x, layers.constant({graph.value(x).shape[1], columns}));
    };
    const ValueId residual = product(graph.input("x", ViewSpec::nchw({13, 21})), 37);
    const ValueId sum = graph.add(product(product(residual, 37), 37), residual);
    graph.output("y", product(sum, 5));
    check_in_place(graph);
}

TEST(InPlace, AFunctionReplacesAnOperand) {
    LayerGraph layers;
    Graph& graph = layers.graph;
    const Pool2d pool{.kernel = {3, 3}, .pads = {1, 1, 1, 1}};
    const ValueId x = image(layers);
    const ValueId product = graph.multiply(graph.pool2d(x, pool), graph.pool2d(graph.relu(x), pool));
    graph.output("y", graph.pool2d(product, pool));
    check_in_place(graph);
}

}  // namespace
}  // namespace abut::test
