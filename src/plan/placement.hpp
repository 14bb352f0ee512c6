// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "abut/plan.hpp"
#include "plan/relation_table.hpp"

namespace abut::planning {

/// The home of every value. Arena roots have no address yet.
struct PlacementResult {
    RelationTable table;  ///< which relations hold, and why the others don't
    std::vector<Root> roots;
    std::vector<std::optional<PlannedView>> views;  ///< by ValueId
};

/// Gives each value one home so that as many relations hold as can hold together: box relations merge groups first, graph
/// outputs are bound next, permuted and reshaped views are embedded last. What breaks a rule is dropped with its reason,
/// and the placement made again. Pure.
PlacementResult place(const Graph& graph, const OpTraits& traits, ConcatMode mode);

}  // namespace abut::planning
