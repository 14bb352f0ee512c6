// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/plan.hpp"
#include "plan/op_traits.hpp"

namespace abut::planning {

/// The plan with slices, its arena no larger than the one with copies: where shared buffers would raise the peak, concats
/// that live in them are copied, those first that lower it most. Pure.
Plan plan_within_peak_of_copies(const Graph& graph, const OpTraits& traits, std::int64_t root_alignment_bytes);

}  // namespace abut::planning
