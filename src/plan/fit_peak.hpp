// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/plan.hpp"
#include "plan/op_traits.hpp"

namespace abut::planning {

/// The plan with slices whose arena is no larger than that of the plan with copies, nor than the limit of `options`. Where
/// shared buffers live so long that the arena is larger, or much larger than the lower bound, steps change their order, or
/// concats are read in segments; where it is too large, concats are copied. Throws OutOfMemory where no plan was found
/// within the limit. Pure.
Plan plan_within_memory(const Graph& graph, const OpTraits& traits, const PlanOptions& options);

/// Likewise of the plan with copies: only its steps may change their order.
Plan copies_within_memory(const Graph& graph, const OpTraits& traits, const PlanOptions& options);

}  // namespace abut::planning
