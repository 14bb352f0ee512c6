// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/plan.hpp"
#include "plan/placement.hpp"

namespace abut::planning {

/// Steps, memory plan, dependencies, decisions and statistics for a placement, in this order. Pure.
Plan assemble_plan(const Graph& graph, const OpTraits& traits, PlacementResult placement, std::int64_t root_alignment_bytes);

}  // namespace abut::planning
