// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/plan.hpp"
#include "plan/op_traits.hpp"

namespace abut::planning {

/// Throws where the kernel of a node does not take a view that its step has. A root of the arena lies where the plan put it
/// in an arena that is aligned as the plan's roots are.
void check_kernels(const Graph& graph, const OpTraits& traits, const Plan& plan);

}  // namespace abut::planning
