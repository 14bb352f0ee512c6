// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/plan.hpp"
#include "plan/op_traits.hpp"

namespace abut::planning {

/// Verifies a plan without knowing how it was made:
/// 1. every view stays inside its root, every arena root inside the arena;
/// 2. values live where the caller has them, steps read and write where their values live, copies move what is asked for;
/// 3. every relation between views holds in bytes, a copy step or a second store realises it, or all readers take the
///    parts where they lie;
/// 4. two steps of which one writes bytes that the other touches are ordered by dependencies;
/// 5. run step by step, every byte that is read holds what the value's producers wrote last.
/// Throws InvalidArgument that names the step and value. A failure is a defect of the planner, never of the graph.
void check_plan(const Graph& graph, const OpTraits& traits, const Plan& plan);

}  // namespace abut::planning
