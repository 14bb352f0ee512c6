// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "abut/plan.hpp"
#include "plan/op_traits.hpp"

namespace abut::planning {

/// A graph that computes the same with the operands of one concat in another order.
struct ReorderedGraph {
    Graph graph;                    ///< its nodes are those of the source, one by one
    std::vector<NodeId> followers;  ///< nodes whose constants follow the order
};

/// Puts input order[i] of a concat in place i; nothing where a reader of it can't follow. Planning knows no operation, so
/// whoever asks for a plan passes this in.
using ReorderOperands = std::function<std::optional<ReorderedGraph>(const Graph&, NodeId, std::span<const int>)>;

struct OrderedPlan {
    Graph graph;  ///< what the plan speaks of
    Plan plan;
};

/// The plan of `graph` with the operands of concats in the order that moves the fewest bytes, or takes least where times are
/// known: where an operand is copied or stored twice because concats want it in different places, orders are tried in which
/// what they share lies at one end; where narrow accesses are known to take longer, those with aligned operands first. The
/// graph stays as it is where none saves anything, and in ConcatMode::Copies. Its nodes must be live. Pure. Throws
/// OutOfMemory where no order gives a plan within the limit of `options`; what the error names as the least is a limit that
/// is kept.
OrderedPlan plan_in_best_order(const Graph& graph, const OpTraits& traits, const PlanOptions& options,
                               const ReorderOperands& reorder);

}  // namespace abut::planning
