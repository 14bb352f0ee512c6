// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "abut/plan.hpp"
#include "plan/check_steps.hpp"
#include "plan/op_traits.hpp"

namespace abut::planning {

/// Runs the plan on cells of memory: two steps of which one writes bytes that the other touches are ordered by
/// dependencies, every byte that is read holds what one of the value's `writers` (by ValueId) wrote last, roots take
/// turns in the arena, no step writes over what it reads but element for element where `traits` allow that, and outputs are
/// written as a whole. Throws InvalidArgument that names step and value.
void check_memory(const Graph& graph, const OpTraits& traits, const Plan& plan, const std::vector<StepSet>& writers);

}  // namespace abut::planning
