// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "abut/plan.hpp"
#include "plan/op_traits.hpp"

namespace abut::planning {

/// Whether two views are the same elements in the same order; axes of extent 1 have no stride that matters.
bool same_elements(const PlannedView& a, const PlannedView& b);

/// The box of a relation, cut out of the view of the whole.
PlannedView box_view(const Graph& graph, const Plan& plan, const BoxRelation& box);

/// Verifies that inputs and constants live where the caller has them, that the step of a node reads its inputs and writes
/// its results where these live, in the node's order, and that each added copy moves exactly what a relation (`relations`,
/// by node) or an output asks for. Throws InvalidArgument that names the step or the value.
void check_views(const Graph& graph, const std::vector<std::vector<ViewRelation>>& relations, const Plan& plan);

}  // namespace abut::planning
