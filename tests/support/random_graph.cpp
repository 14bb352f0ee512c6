// SPDX-License-Identifier: Apache-2.0
#include "support/random_graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <utility>

#include "support/graph_sketch.hpp"

namespace abut::tests {
namespace {

void add_input(GraphSketch& sketch, int index) {
    const auto& options = sketch.options();
    const Shape image{sketch.between(1, options.max_batch), sketch.between(1, options.max_channels),
                      sketch.between(1, options.max_extent), sketch.between(1, options.max_extent)};
    sketch.keep(sketch.graph().input(fmt::format("x{}", index), sketch.port_spec(image)));
}

void add_node(GraphSketch& sketch) {
    switch (sketch.between(0, 13)) {
        case 0:
        case 1:
            sketch.keep(convolution(sketch, sketch.any_image()));
            break;
        case 2:
            sketch.keep(part(sketch, sketch.any_value()));
            break;
        case 3:
            sketch.keep(reshaped(sketch, sketch.any_value()));
            break;
        case 4:
            sketch.keep(transposed(sketch, sketch.any_value()));
            break;
        case 5:
            sketch.keep(pool(sketch, sketch.any_image()));
            break;
        case 6:
            sketch.keep(binary(sketch, sketch.any_value()));
            break;
        case 7:
            sketch.keep(padded(sketch, sketch.any_image()));
            break;
        case 8:
            sketch.keep(normalised(sketch, sketch.any_image()));
            break;
        case 9:
            sketch.keep(unary(sketch, sketch.any_value()));
            break;
        default:
            add_form(sketch);
            break;
    }
}

/// The values that nothing reads, and some others: inputs, operands and concats among them.
std::vector<ValueId> ends_of(GraphSketch& sketch) {
    const auto& graph = sketch.graph();
    std::vector<bool> used(graph.values().size());
    for (const auto& node : graph.nodes()) {
        for (const auto input : node.inputs) used[static_cast<std::size_t>(input.index)] = true;
    }
    std::vector<ValueId> ends;
    for (const auto& node : graph.nodes()) {
        std::ranges::copy_if(node.outputs, std::back_inserter(ends),
                             [&](ValueId value) { return !used[static_cast<std::size_t>(value.index)]; });
    }
    if (sketch.chance(40)) ends.push_back(sketch.any_value());
    if (sketch.chance(15)) ends.push_back(sketch.any_value());
    if (ends.empty()) ends.push_back(sketch.any_value());
    if (sketch.chance(20)) ends.push_back(ends.front());
    return ends;
}

}  // namespace

Graph random_graph(std::uint32_t seed, const RandomGraphOptions& options) {
    GraphSketch sketch(seed, options);
    const auto inputs = sketch.between(1, 2);
    for (int i = 0; i < inputs; ++i) add_input(sketch, i);
    while (std::ssize(sketch.graph().nodes()) < options.nodes) add_node(sketch);
    int index = 0;
    for (const auto value : ends_of(sketch))
        sketch.graph().output(fmt::format("y{}", index++), value, sketch.port_spec(sketch.shape(value)));
    return std::move(sketch.graph());
}

std::vector<reference::Tensor> random_inputs(const Graph& graph, std::uint32_t seed) {
    std::mt19937 random(seed);
    std::vector<reference::Tensor> inputs;
    for (const auto& port : graph.inputs()) {
        auto tensor = reference::zeros(port.spec.shape());
        for (auto& element : tensor.elements) element = static_cast<float>(random()) * 0x1p-31F - 1.0F;
        inputs.push_back(std::move(tensor));
    }
    return inputs;
}

}  // namespace abut::tests
