// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/plan.hpp"
#include "plan/placement.hpp"

namespace abut::planning {

/// A plan as far as its memory is known: roots with addresses, views, steps, and `arena_bytes` alone of the statistics.
struct Draft {
    Plan plan;
    RelationTable table;
};
Draft draft_plan(const Graph& graph, const OpTraits& traits, PlacementResult placement, std::int64_t root_alignment_bytes);

/// Gives every arena root its address, and the statistics the arena's size.
void place_roots(Plan& plan, std::int64_t root_alignment_bytes);

/// Adds what is left: dependencies, decisions, statistics. Both are pure.
Plan finish_plan(const Graph& graph, const OpTraits& traits, Draft draft, std::int64_t root_alignment_bytes);

}  // namespace abut::planning
