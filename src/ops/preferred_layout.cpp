// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <variant>
#include <vector>

#include "core/image.hpp"
#include "graph/uses.hpp"
#include "ops/op_traits.hpp"
#include "ops/opaque_views.hpp"

namespace abut::ops {
namespace {

Layout layout_by_rank(const Shape& shape) {
    return shape.rank() >= core::image_rank ? Layout::channels_last(shape) : Layout::dense(shape);
}

/// The input that the result of `node` should lie like; nothing where the node's kernel decides.
ValueId followed_input(const Graph& graph, const Node& node) {
    const bool moves = std::holds_alternative<Reshape>(node.operation) || std::holds_alternative<Transpose>(node.operation);
    if (moves) return node.inputs.front();
    const bool keeps = std::holds_alternative<Elementwise>(node.operation) ||
                       std::holds_alternative<Softmax>(node.operation) || std::holds_alternative<Copy>(node.operation);
    if (!keeps) return {};
    const Shape& shape = graph.value(node.outputs.front()).shape;
    for (const ValueId input : node.inputs) {
        const Value& value = graph.value(input);
        if (!value.is_constant() && value.shape == shape) return input;
    }
    return {};
}

/// Where the chain of followed inputs begins: a kernel's choice, an input or a constant.
Layout origin_layout(const Graph& graph, const Value& value) {
    if (value.producer.index < 0) return layout_by_rank(value.shape);
    const bool rows = std::holds_alternative<Dense>(graph.node(value.producer).operation);
    return rows ? Layout::dense(value.shape) : layout_by_rank(value.shape);
}

Layout moved(const Graph& graph, const Node& node, const Layout& source) {
    const Shape& shape = graph.value(node.outputs.front()).shape;
    if (const auto* transpose = std::get_if<Transpose>(&node.operation)) return source.permute(transpose->permutation);
    if (!std::holds_alternative<Reshape>(node.operation)) return source;
    if (const auto reshaped = source.reshape(shape)) return *reshaped;
    return layout_by_rank(shape);
}

/// Products read any strides as they are: an output that nothing else reads lies as the caller wants it. By value: the port.
std::vector<const Port*> ports_to_lie_like(const Graph& graph) {
    const graph_detail::Uses uses(graph);
    std::vector<const Port*> ports(graph.values().size(), nullptr);
    const auto is_product = [&](NodeId node) { return std::holds_alternative<Dense>(graph.node(node).operation); };
    for (const Port& port : graph.outputs()) {
        const auto readers = uses.consumers(port.value);
        const Port*& known = ports[static_cast<std::size_t>(port.value.index)];
        if (known == nullptr && !readers.empty() && std::ranges::all_of(readers, is_product)) known = &port;
    }
    return ports;
}

/// `known` has the layouts of all earlier values.
Layout layout_of(const Graph& graph, const Value& value, const std::vector<planning::PreferredLayout>& known) {
    if (value.producer.index < 0) return origin_layout(graph, value);
    const Node& node = graph.node(value.producer);
    const ValueId input = followed_input(graph, node);
    return input.index < 0 ? origin_layout(graph, value)
                           : moved(graph, node, known[static_cast<std::size_t>(input.index)].layout);
}

}  // namespace

std::vector<planning::PreferredLayout> preferred_layouts(const Graph& graph) {
    const auto ports = ports_to_lie_like(graph);
    const auto demands = demanded_layouts(graph);
    std::vector<planning::PreferredLayout> layouts;
    layouts.reserve(ports.size());
    for (std::size_t v = 0; v < ports.size(); ++v) {
        if (demands[v]) {
            layouts.push_back(*demands[v]);
        } else {
            layouts.push_back(
                {.layout = ports[v] != nullptr ? ports[v]->spec.layout : layout_of(graph, graph.values()[v], layouts)});
        }
    }
    return layouts;
}

}  // namespace abut::ops
