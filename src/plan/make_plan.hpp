// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/plan.hpp"
#include "plan/op_traits.hpp"

namespace abut::planning {

/// Placement, steps, memory plan, dependencies, statistics, in this order; the result has passed check_plan(). Pure.
Plan make_plan(const Graph& graph, const OpTraits& traits, const PlanOptions& options);

}  // namespace abut::planning
