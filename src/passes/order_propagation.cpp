// SPDX-License-Identifier: Apache-2.0
#include "passes/order_propagation.hpp"

#include <algorithm>
#include <set>

namespace abut::passes {

using core::slot;

OrderPropagation::OrderPropagation(const Graph& graph)
    : graph_(graph),
      uses_(graph),
      values_(graph.values().size()),
      is_given_(graph.values().size(), false),
      nodes_(graph.nodes().size()) {}

bool OrderPropagation::add(Orders orders, const IsGone& is_gone) {
    replaced_values_.clear();
    replaced_nodes_.clear();
    if (spread(orders, is_gone)) return true;
    for (const auto& [value, order] : orders) is_given_[slot(value)] = false;
    undo();
    return false;
}

bool OrderPropagation::spread(Orders orders, const IsGone& is_gone) {
    std::set<NodeId> waiting;
    const auto reach_readers = [&](ValueId value) {
        if (uses_.is_output(value)) return false;
        for (const NodeId reader : uses_.consumers(value)) {
            if (!is_gone(reader)) {
                waiting.insert(reader);
            } else if (!is_given_[slot(value)]) {
                return false;
            }
        }
        return true;
    };
    for (const auto& [value, order] : orders) {
        if (values_[slot(value)]) return false;
        set(value, unless_identity(order));
        is_given_[slot(value)] = true;
        if (values_[slot(value)] && !reach_readers(value)) return false;
    }
    while (!waiting.empty()) {
        const NodeId node = *waiting.begin();
        waiting.erase(waiting.begin());
        if (!follow(node)) return false;
        const auto& results = graph_.node(node).outputs;
        for (std::size_t i = 0; i < results.size(); ++i) {
            const auto order = nodes_[slot(node)] ? nodes_[slot(node)]->results[i] : std::nullopt;
            if (values_[slot(results[i])] == order) continue;
            set(results[i], order);
            if (!reach_readers(results[i])) return false;
        }
    }
    return true;
}

bool OrderPropagation::follow(NodeId id) {
    const Node& node = graph_.node(id);
    InputOrders inputs;
    for (const ValueId input : node.inputs) inputs.push_back(values_[slot(input)]);
    replaced_nodes_.emplace_back(id, std::move(nodes_[slot(id)]));
    nodes_[slot(id)].reset();
    if (std::ranges::none_of(inputs, [](const auto& order) { return order.has_value(); })) return true;
    nodes_[slot(id)] = follow_orders(graph_, node, inputs);
    return nodes_[slot(id)].has_value();
}

void OrderPropagation::set(ValueId value, std::optional<AxisOrder> order) {
    replaced_values_.emplace_back(value, std::move(values_[slot(value)]));
    values_[slot(value)] = std::move(order);
}

void OrderPropagation::undo() {
    for (auto entry = replaced_values_.rbegin(); entry != replaced_values_.rend(); ++entry)
        values_[slot(entry->first)] = std::move(entry->second);
    for (auto entry = replaced_nodes_.rbegin(); entry != replaced_nodes_.rend(); ++entry)
        nodes_[slot(entry->first)] = std::move(entry->second);
}

ValueId reordered_constant(Rewriter& rewriter, ValueId constant, std::span<const AxisOrder> orders) {
    Value value = rewriter.source().value(constant);
    for (const AxisOrder& order : orders) {
        value.data = ordered_elements(value, order);
        value.shape[order.axis] = static_cast<std::int64_t>(order.source.size());
    }
    return rewriter.target().constant(ViewSpec(value.dtype, value.shape), value.data, value.name);
}

std::vector<ValueId> following_inputs(Rewriter& rewriter, const Node& node, const NodeOrders& orders) {
    std::vector<ValueId> inputs;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        const bool follows = !orders.constants[i].empty();
        inputs.push_back(follows ? reordered_constant(rewriter, node.inputs[i], orders.constants[i])
                                 : rewriter.mapped(node.inputs[i]));
    }
    return inputs;
}

}  // namespace abut::passes
