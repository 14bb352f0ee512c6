// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
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

}  // namespace

Layout preferred_layout(const Graph& graph, ValueId value) {
    if (const Port* port = port_to_lie_like(graph, value)) return port->spec.layout;
    std::vector<const Node*> chain;
    for (;;) {
        const NodeId producer = graph.value(value).producer;
        if (producer.index < 0) break;
        const Node& node = graph.node(producer);
        const ValueId input = followed_input(graph, node);
        if (input.index < 0) break;
        chain.push_back(&node);
        value = input;
    }
    Layout layout = origin_layout(graph, graph.value(value));
    for (auto node = chain.rbegin(); node != chain.rend(); ++node) layout = moved(graph, **node, layout);
    return layout;
}

}  // namespace abut::ops
