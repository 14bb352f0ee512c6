// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/plan.hpp"
#include "plan/op_traits.hpp"

namespace abut::planning {

/// Verifies a plan without knowing how it was made:
/// 1. every view stays inside its root, every arena root inside the arena;
/// 2. every relation between views holds in bytes, a copy step realises it, or all readers take the parts where they lie;
/// 3. two steps of which one writes bytes that the other touches are ordered by dependencies;
/// 4. run step by step, every byte that is read holds what the value's producers wrote last.
/// Throws InvalidArgument that names the step and value. A failure is a defect of the planner, never of the graph.
void check_plan(const Graph& graph, const OpTraits& traits, const Plan& plan);

}  // namespace abut::planning
