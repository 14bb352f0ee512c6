// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/plan.hpp"
#include "plan/op_traits.hpp"

namespace abut::planning {

/// The plan of `graph`; with slices its arena is no larger than with copies. The result has passed check_plan(). Pure.
Plan make_plan(const Graph& graph, const OpTraits& traits, const PlanOptions& options);

}  // namespace abut::planning
