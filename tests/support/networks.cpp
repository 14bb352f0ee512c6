// SPDX-License-Identifier: Apache-2.0
#include "support/networks.hpp"

#include <cmath>
#include <utility>

#include "support/run_step.hpp"

namespace abut::test {
namespace {

ValueId weights(Graph& graph, const Shape& shape, std::uint32_t seed) {
    auto tensor = random_tensor(shape, seed);
    const auto scale = 1 / std::sqrt(static_cast<float>(shape[1] * shape[2] * shape[3]));
    for (auto& element : tensor.elements) element *= scale;
    return graph.constant(shape, tensor.elements);
}

ValueId convolution(Graph& graph, ValueId x, std::int64_t channels, std::int64_t kernel, std::uint32_t seed) {
    const auto w = weights(graph, {channels, graph.value(x).shape[1], kernel, kernel}, seed);
    const auto pad = kernel / 2;
    return graph.conv2d(x, w, Conv2d{.pads = {pad, pad, pad, pad}});
}

}  // namespace

Network dense_block(const ViewSpec& input, const ViewSpec& output, std::uint32_t seed) {
    Network network;
    auto& graph = network.graph;
    network.x = graph.input("x", input);
    auto features = network.x;
    for (std::uint32_t layer = 0; layer < 2; ++layer) {
        const auto grown = graph.relu(convolution(graph, features, 12, 3, seed * 10 + layer));
        features = graph.concat({features, grown}, 1);
    }
    network.y = convolution(graph, features, dense_block_output[1], 1, seed * 10 + 9);
    graph.output("y", network.y, output);
    return network;
}

Network dense_block() {
    return dense_block(ViewSpec::nhwc(dense_block_input, 64), ViewSpec::nhwc(dense_block_output, 64));
}

Network two_branches(const ViewSpec& input, const ViewSpec& output) {
    Network network;
    auto& graph = network.graph;
    network.x = graph.input("x", input);
    const auto narrow = convolution(graph, network.x, 12, 1, 3);
    const auto wide = convolution(graph, network.x, 20, 3, 4);
    network.y = graph.concat({narrow, wide}, 1);
    graph.output("y", network.y, output);
    return network;
}

Network pooled_chain() {
    Network network;
    auto& graph = network.graph;
    network.x = graph.input("x", ViewSpec::nhwc({1, 16, 8, 8}));
    auto value = network.x;
    const Pool2d pool{.kind = PoolKind::Average, .kernel = {3, 3}, .pads = {1, 1, 1, 1}};
    for (int i = 0; i < 3; ++i) {
        const auto left = graph.pool2d(graph.apply(Function::Sin, value), pool);
        const auto right = graph.pool2d(value, pool);
        value = graph.add(left, right);
    }
    network.y = value;
    graph.output("y", network.y, ViewSpec::nhwc({1, 16, 8, 8}));
    return network;
}

}  // namespace abut::test
