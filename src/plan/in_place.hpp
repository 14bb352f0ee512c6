// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/plan.hpp"
#include "plan/op_traits.hpp"

namespace abut::planning {

/// Joins two roots of the arena where a step may store its result in place of an input: the input's root is touched for the
/// last time there, the result's for the first time, both have the same size, and the step touches both in one view alone.
/// Joined, they are needed for as long as both and never more than one of them at a time. Only at steps that would need more
/// than the peak that is left with all such roots joined. Lives of roots must be known; roots are numbered anew. Linear.
void write_in_place(const Graph& graph, const OpTraits& traits, Plan& plan);

/// Whether a step stores its result over one of its inputs.
bool writes_in_place(const Step& step);

}  // namespace abut::planning
