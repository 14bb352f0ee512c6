// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "abut/graph.hpp"

namespace abut::passes {

/// A graph with the operands of one concat in another order.
struct ReorderedGraph {
    Graph graph;                    ///< its nodes are those of the source, one by one
    std::vector<NodeId> followers;  ///< whose constants changed places with the operands
};

/// `graph` with input order[i] of the concat as its input i. What reads the concat, directly or through others that pass the
/// order on, gets weights and parameters in the new order, so that the graph's outputs are the same but for rounding: sums
/// over channels are added up in another order. Nothing where a reader can't follow, an output would change, or
/// nodes are there that no output needs. Pure.
std::optional<ReorderedGraph> reorder_operands(const Graph& graph, NodeId concat, std::span<const int> order);

}  // namespace abut::passes
