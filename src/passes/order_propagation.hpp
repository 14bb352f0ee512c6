// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "core/slot.hpp"
#include "graph/uses.hpp"
#include "passes/order_rules.hpp"
#include "passes/rewriter.hpp"

namespace abut::passes {

/// Which values of a graph have another order once some of them got one, and how the nodes that read them follow.
class OrderPropagation {
public:
    using Orders = std::span<const std::pair<ValueId, AxisOrder>>;
    /// Nodes that will be no more, whatever they read.
    using IsGone = std::function<bool(NodeId)>;

    /// `graph` must outlive it.
    explicit OrderPropagation(const Graph& graph);

    /// Gives values orders, each relative to the graph's. False, and nothing changed, if a node can't follow, if an output
    /// would change, if one of them has an order already, or if a node that is gone would see another order.
    bool add(Orders orders, const IsGone& is_gone);

    /// How `node` follows; nothing for one that reads nothing ordered.
    [[nodiscard]] const std::optional<NodeOrders>& of(NodeId node) const { return nodes_[core::slot(node)]; }

private:
    bool spread(Orders orders, const IsGone& is_gone);
    bool follow(NodeId node);
    void set(ValueId value, std::optional<AxisOrder> order);
    void undo();

    const Graph& graph_;
    graph_detail::Uses uses_;
    std::vector<std::optional<AxisOrder>> values_;
    std::vector<bool> is_given_;  // by value: its order is one of those that were added
    std::vector<std::optional<NodeOrders>> nodes_;
    std::vector<std::pair<ValueId, std::optional<AxisOrder>>> replaced_values_;  // by the last add, the newest last
    std::vector<std::pair<NodeId, std::optional<NodeOrders>>> replaced_nodes_;
};

/// A new constant: `constant` of the source with its elements in these orders, one after another; an order of fewer places
/// than the axis has keeps only those. Its data must be at hand.
ValueId reordered_constant(Rewriter& rewriter, ValueId constant, std::span<const AxisOrder> orders);

/// The new inputs of `node`, with constants of its own where they follow `orders`.
std::vector<ValueId> following_inputs(Rewriter& rewriter, const Node& node, const NodeOrders& orders);

}  // namespace abut::passes
