// SPDX-License-Identifier: Apache-2.0
#include "passes/reorder_operands.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "passes/order_propagation.hpp"
#include "passes/order_views.hpp"

namespace abut::passes {
namespace {

bool follows(const NodeOrders& orders) {
    return std::ranges::any_of(orders.constants, [](const auto& constant) { return !constant.empty(); });
}

}  // namespace

std::optional<ReorderedGraph> reorder_operands(const Graph& graph, NodeId concat, std::span<const int> order) {
    const Node& joined = graph.node(concat);
    const int axis = std::get<Concat>(joined.operation).axis;
    const std::array wanted{std::pair{joined.outputs.front(), operand_order(graph, joined, axis, order)}};
    OrderPropagation propagation(graph);
    if (!propagation.add(wanted, [](NodeId) { return false; })) return std::nullopt;
    ReorderedGraph result;
    result.graph = rewritten(graph, [&](Rewriter& rewriter, NodeId id, const Node& node) {
        if (id == concat) {
            std::vector<ValueId> operands;
            for (const int operand : order)
                operands.push_back(rewriter.mapped(node.inputs[static_cast<std::size_t>(operand)]));
            rewriter.emit(node.operation, std::move(operands), node.outputs, node.name);
        } else if (const auto& orders = propagation.of(id); orders) {
            rewriter.emit(node.operation, following_inputs(rewriter, node, *orders), node.outputs, node.name);
            if (follows(*orders)) result.followers.push_back(id);
        } else {
            rewriter.copy(node);
        }
    });
    if (result.graph.nodes().size() != graph.nodes().size()) return std::nullopt;
    return result;
}

}  // namespace abut::passes
