// SPDX-License-Identifier: Apache-2.0
#include "support/layer_graph.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace abut::testing_support {

std::int64_t LayerGraph::draw(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(high - low + 1));
}

ValueId LayerGraph::constant(const Shape& shape, float low, float high) {
    std::vector<float> elements(static_cast<std::size_t>(element_count(shape)));
    for (float& element : elements) {
        element = low + (high - low) * static_cast<float>(static_cast<double>(random_()) * 0x1p-32);
    }
    return graph.constant(shape, elements);
}

ValueId LayerGraph::conv(ValueId x, std::int64_t channels, std::int64_t kernel, std::int64_t groups, bool bias) {
    const std::int64_t inputs = graph.value(x).shape[1];
    const std::int64_t pad = kernel / 2;
    const std::int64_t taps = inputs / groups * kernel * kernel;
    const auto bound = static_cast<float>(1 / std::sqrt(static_cast<double>(taps)));
    const ValueId weights = constant({channels, inputs / groups, kernel, kernel}, -bound, bound);
    const Conv2d attributes{.pads = {pad, pad, pad, pad}, .groups = groups};
    if (!bias) return graph.conv2d(x, weights, attributes);
    return graph.conv2d(x, weights, constant({channels}), attributes);
}

ValueId LayerGraph::batch_norm(ValueId x) {
    const Shape shape{graph.value(x).shape[1]};
    const ValueId scale = constant(shape, 0.5F, 1.5F);
    const ValueId bias = constant(shape);
    const ValueId mean = constant(shape);
    return graph.batch_norm(x, scale, bias, mean, constant(shape, 0.5F, 1.5F));
}

ValueId LayerGraph::per_channel(ValueId x) {
    const std::int64_t channels = graph.value(x).shape[1];
    return graph.reshape(constant({channels}), {channels, 1, 1});
}

std::vector<reference::Tensor> random_inputs(const Graph& graph, unsigned seed) {
    std::mt19937 random(seed);
    std::vector<reference::Tensor> tensors;
    for (const Port& port : graph.inputs()) {
        tensors.push_back(reference::zeros(port.spec.shape()));
        for (float& element : tensors.back().elements) element = static_cast<float>(random()) * 0x1p-31F - 1;
    }
    return tensors;
}

double largest_difference(const Graph& a, const Graph& b, unsigned seed) {
    constexpr double different = std::numeric_limits<double>::infinity();
    const auto inputs = random_inputs(a, seed);
    const auto results_a = reference::evaluate(a, inputs);
    const auto results_b = reference::evaluate(b, inputs);
    if (results_a.size() != results_b.size()) return different;
    double largest = 0;
    for (std::size_t output = 0; output < results_a.size(); ++output) {
        if (results_a[output].shape != results_b[output].shape) return different;
        for (std::size_t i = 0; i < results_a[output].elements.size(); ++i) {
            const double expected = results_b[output].elements[i];
            const double difference = std::abs(results_a[output].elements[i] - expected) / (1 + std::abs(expected));
            largest = difference <= largest ? largest : difference;  // keeps NaN
        }
    }
    return largest;
}

std::string operations(const Graph& graph) {
    std::string text;
    for (const Node& node : graph.nodes()) {
        if (!text.empty()) text += ' ';
        text += name_of(node.operation);
    }
    return text;
}

}  // namespace abut::testing_support
