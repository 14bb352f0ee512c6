// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/plan.hpp"
#include "plan/relation_table.hpp"

namespace abut::planning {

/// What PlanStatistics::copied_bytes has from `table`: all but the bytes that nodes move.
std::int64_t bytes_counted_as_copied(const Graph& graph, const RelationTable& table);

/// Sets Plan::statistics but for the arena's size, from steps and decisions.
void set_statistics(const Graph& graph, const OpTraits& traits, const RelationTable& table, std::int64_t alignment_bytes,
                    Plan& plan);

}  // namespace abut::planning
