// SPDX-License-Identifier: Apache-2.0
#include "support/shrink_graph.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "support/edit_graph.hpp"

namespace abut::tests {
namespace {

bool is_plain(const Port& port) {
    return port.spec == ViewSpec(port.spec.dtype, port.spec.shape());
}

/// What is to become small, the most important first.
std::array<std::int64_t, 6> size_of(const Graph& graph) {
    std::int64_t operands = 0;
    std::int64_t others = 0;
    for (const auto& node : graph.nodes()) {
        operands += std::ssize(node.inputs);
        const auto* elementwise = std::get_if<Elementwise>(&node.operation);
        const bool is_simple = std::holds_alternative<Concat>(node.operation) ||
                               (elementwise && elementwise->expression == Expression::of(Function::Relu));
        others += is_simple ? 0 : 1;
    }
    std::int64_t elements = 0;
    for (const auto& value : graph.values()) elements += element_count(value.shape);
    const auto fancy = std::ranges::count_if(graph.inputs(), [](const Port& port) { return !is_plain(port); }) +
                       std::ranges::count_if(graph.outputs(), [](const Port& port) { return !is_plain(port); });
    return {std::ssize(graph.nodes()),         std::ssize(graph.outputs()), operands, others, elements,
            fancy + std::ssize(graph.inputs())};
}

/// To what the node before them reads.
void add_moved_outputs(const Graph& graph, std::vector<GraphEdit>& edits) {
    for (std::size_t port = 0; port < graph.outputs().size(); ++port) {
        const auto producer = graph.value(graph.outputs()[port].value).producer;
        if (producer.index < 0) continue;
        for (const auto input : graph.node(producer).inputs) {
            if (!graph.value(input).is_constant()) edits.emplace_back(MoveOutput{port, input});
        }
    }
}

void add_replacements(const Graph& graph, std::vector<GraphEdit>& edits) {
    for (auto n = graph.nodes().size(); n-- > 0;) {
        for (const auto value : graph.nodes()[n].outputs) {
            for (int other = 0; other < value.index; ++other) {
                if (graph.value({other}).shape == graph.value(value).shape) edits.emplace_back(ReplaceValue{value, {other}});
            }
            edits.emplace_back(MakeInput{value});
        }
    }
}

void add_node_edits(const Graph& graph, std::vector<GraphEdit>& edits) {
    for (std::size_t n = 0; n < graph.nodes().size(); ++n) {
        const auto& node = graph.nodes()[n];
        const NodeId id{static_cast<std::int32_t>(n)};
        if (std::holds_alternative<Concat>(node.operation) && node.inputs.size() > 1) {
            for (std::size_t operand = 0; operand < node.inputs.size(); ++operand)
                edits.emplace_back(DropOperand{id, operand});
        }
        const bool can_be_relu =
            node.outputs.size() == 1 && graph.value(node.inputs[0]).shape == graph.value(node.outputs[0]).shape;
        if (can_be_relu) edits.emplace_back(MakeRelu{id});
    }
}

void add_extents(const Graph& graph, std::vector<GraphEdit>& edits) {
    for (std::int32_t v = 0; v < std::ssize(graph.values()); ++v) {
        const auto& value = graph.value({v});
        if (value.producer.index >= 0) continue;
        for (int axis = 0; axis < value.shape.rank(); ++axis) {
            for (const auto extent : {std::int64_t{1}, value.shape[axis] / 2, value.shape[axis] - 1}) {
                if (extent >= 1 && extent < value.shape[axis]) edits.emplace_back(SetExtent{{v}, axis, extent});
            }
        }
    }
}

std::vector<GraphEdit> candidates(const Graph& graph) {
    std::vector<GraphEdit> edits;
    for (std::size_t port = 0; port < graph.outputs().size(); ++port) edits.emplace_back(DropOutput{port});
    add_moved_outputs(graph, edits);
    add_replacements(graph, edits);
    add_node_edits(graph, edits);
    add_extents(graph, edits);
    for (std::size_t port = 0; port < graph.inputs().size(); ++port) edits.emplace_back(MakePortPlain{false, port});
    for (std::size_t port = 0; port < graph.outputs().size(); ++port) edits.emplace_back(MakePortPlain{true, port});
    return edits;
}

}  // namespace

Graph shrunken(Graph graph, const std::function<bool(const Graph&)>& fails, int most_tries) {
    int tries = 0;
    const auto smaller = [&]() -> std::optional<Graph> {
        for (const auto& edit : candidates(graph)) {
            auto next = edited(graph, edit);
            if (!next || size_of(*next) >= size_of(graph)) continue;
            if (++tries > most_tries) return std::nullopt;
            if (fails(*next)) return next;
        }
        return std::nullopt;
    };
    while (auto next = smaller()) graph = std::move(*next);
    return graph;
}

}  // namespace abut::tests
