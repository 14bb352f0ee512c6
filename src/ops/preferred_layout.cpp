// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <span>
#include <variant>
#include <vector>

#include "ops/op_traits.hpp"

namespace abut::ops {
namespace {

constexpr int image_rank = 4;

Layout layout_by_rank(const Shape& shape) {
    return shape.rank() >= image_rank ? Layout::channels_last(shape) : Layout::dense(shape);
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

/// Products read any strides as they are: an output that nothing else reads lies as the caller wants it.
const Port* port_to_lie_like(const Graph& graph, ValueId value) {
    const auto port = std::ranges::find(graph.outputs(), value, &Port::value);
    if (port == graph.outputs().end()) return nullptr;
    bool is_read = false;
    for (const Node& node : graph.nodes()) {
        if (std::ranges::find(node.inputs, value) == node.inputs.end()) continue;
        if (!std::holds_alternative<Dense>(node.operation)) return nullptr;
        is_read = true;
    }
    return is_read ? &*port : nullptr;
}

/// `known` has the layouts of the first values.
Layout layout_of(const Graph& graph, ValueId value, std::span<const Layout> known) {
    if (const Port* port = port_to_lie_like(graph, value)) return port->spec.layout;
    std::vector<const Node*> chain;
    while (static_cast<std::size_t>(value.index) >= known.size()) {
        const NodeId producer = graph.value(value).producer;
        if (producer.index < 0) break;
        const Node& node = graph.node(producer);
        const ValueId input = followed_input(graph, node);
        if (input.index < 0) break;
        chain.push_back(&node);
        value = input;
    }
    const auto index = static_cast<std::size_t>(value.index);
    Layout layout = index < known.size() ? known[index] : origin_layout(graph, graph.value(value));
    for (auto node = chain.rbegin(); node != chain.rend(); ++node) layout = moved(graph, **node, layout);
    return layout;
}

}  // namespace

Layout preferred_layout(const Graph& graph, ValueId value) {
    return layout_of(graph, value, {});
}

std::vector<Layout> preferred_layouts(const Graph& graph) {
    std::vector<Layout> layouts;
    layouts.reserve(graph.values().size());
    for (std::size_t v = 0; v < graph.values().size(); ++v)
        layouts.push_back(layout_of(graph, ValueId{static_cast<std::int32_t>(v)}, layouts));
    return layouts;
}

}  // namespace abut::ops
