// SPDX-License-Identifier: Apache-2.0
#include "passes/reorder_operands.hpp"

#include <algorithm>

#include "core/slot.hpp"
#include "passes/order_rules.hpp"
#include "passes/order_views.hpp"
#include "passes/rewriter.hpp"

namespace abut::passes {
namespace {

using core::slot;

/// Which values have another order once the operands of a concat changed places, and how the nodes follow.
class Propagation {
public:
    Propagation(const Graph& graph, NodeId concat, std::span<const int> order)
        : graph_(graph),
          orders_(graph.values().size()),
          nodes_(graph.nodes().size()) {
        const Node& node = graph.node(concat);
        const int axis = std::get<Concat>(node.operation).axis;
        orders_[slot(node.outputs.front())] = unless_identity(operand_order(graph, node, axis, order));
    }

    /// False if a node can't follow, or an output would change.
    bool run(NodeId concat) {
        for (std::size_t n = slot(concat) + 1; n < nodes_.size(); ++n) {
            if (!follow(n)) return false;
        }
        return std::ranges::none_of(graph_.outputs(),
                                    [&](const Port& port) { return orders_[slot(port.value)].has_value(); });
    }

    [[nodiscard]] const std::optional<NodeOrders>& of(NodeId node) const { return nodes_[slot(node)]; }

private:
    bool follow(std::size_t index) {
        const Node& node = graph_.nodes()[index];
        InputOrders inputs;
        for (const ValueId input : node.inputs) inputs.push_back(orders_[slot(input)]);
        if (std::ranges::none_of(inputs, [](const auto& order) { return order.has_value(); })) return true;
        nodes_[index] = follow_orders(graph_, node, inputs);
        if (!nodes_[index]) return false;
        for (std::size_t i = 0; i < node.outputs.size(); ++i) orders_[slot(node.outputs[i])] = nodes_[index]->results[i];
        return true;
    }

    const Graph& graph_;
    std::vector<std::optional<AxisOrder>> orders_;  // by value
    std::vector<std::optional<NodeOrders>> nodes_;  // by node; nothing for those that read nothing ordered
};

ValueId reordered_constant(Rewriter& rewriter, ValueId constant, const std::vector<AxisOrder>& orders) {
    Value value = rewriter.source().value(constant);
    for (const AxisOrder& order : orders) value.data = ordered_elements(value, order);
    return rewriter.target().constant(ViewSpec(value.dtype, value.shape), value.data, value.name);
}

/// Emits `node` on constants that follow. False if it has none.
bool emit_following(Rewriter& rewriter, const Node& node, const NodeOrders& orders) {
    std::vector<ValueId> inputs;
    bool has_followed = false;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        const bool follows = !orders.constants[i].empty();
        inputs.push_back(follows ? reordered_constant(rewriter, node.inputs[i], orders.constants[i])
                                 : rewriter.mapped(node.inputs[i]));
        has_followed = has_followed || follows;
    }
    rewriter.emit(node.operation, std::move(inputs), node.outputs, node.name);
    return has_followed;
}

}  // namespace

std::optional<ReorderedGraph> reorder_operands(const Graph& graph, NodeId concat, std::span<const int> order) {
    Propagation propagation(graph, concat, order);
    if (!propagation.run(concat)) return std::nullopt;
    ReorderedGraph result;
    result.graph = rewritten(graph, [&](Rewriter& rewriter, NodeId id, const Node& node) {
        if (id == concat) {
            std::vector<ValueId> operands;
            for (const int operand : order)
                operands.push_back(rewriter.mapped(node.inputs[static_cast<std::size_t>(operand)]));
            rewriter.emit(node.operation, std::move(operands), node.outputs, node.name);
        } else if (const auto& orders = propagation.of(id); orders) {
            if (emit_following(rewriter, node, *orders)) result.followers.push_back(id);
        } else {
            rewriter.copy(node);
        }
    });
    if (result.graph.nodes().size() != graph.nodes().size()) return std::nullopt;
    return result;
}

}  // namespace abut::passes
