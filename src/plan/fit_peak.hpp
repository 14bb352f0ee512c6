// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/plan.hpp"
#include "plan/assemble_plan.hpp"
#include "plan/op_traits.hpp"

namespace abut::planning {

/// The plan with slices whose arena is no larger than that of the plan with copies and, if one was found, than the limit of
/// `options`. Where shared buffers live so long that the arena is larger, or much larger than the lower bound, steps change
/// their order, or concats are read in segments; where it is too large, concats are copied. Pure.
Draft fitted_slices(const Graph& graph, const OpTraits& traits, const PlanOptions& options);

/// The plan with copies; its steps may change their order where it takes less memory so.
Draft ordered_copies(const Graph& graph, const OpTraits& traits, const PlanOptions& options);

}  // namespace abut::planning
