// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>

#include "plan/placement.hpp"

namespace abut::planning {

/// What a plan costs, the worst first: a plan that costs less in one line is better whatever the lines after it say.
struct Cost {
    std::int64_t unforced = 0;      ///< relations that aren't what the caller wants them to be
    std::int64_t over_bytes = 0;    ///< of memory above the limit, summed over the steps
    std::int64_t moved_bytes = 0;   ///< by steps of their own: copies and conversions
    std::int64_t excess_bytes = 0;  ///< of memory above the lower bound and what is tolerated, summed over the steps
    std::int64_t stored_bytes = 0;  ///< that a kernel stores once more
    std::int64_t segments = 0;      ///< views that readers go through
    auto operator<=>(const Cost&) const = default;
};

/// Of the bytes moved by the dropped relations among `relations`: those that stay as they are, moved for a box relation.
std::int64_t copied_bytes(const Graph& graph, const RelationTable& table, const std::vector<int>& relations);
std::int64_t copied_bytes(const Graph& graph, const RelationTable& table);

/// The bytes of the value that a step of its own would move if `relation` did not hold.
std::int64_t moved_bytes(const Graph& graph, const Relation& relation);

/// Whether the producer of the operand of a concat could store it a second time.
bool can_store_twice(const Graph& graph, const OpTraits& traits, const RelationTable& table, const Relation& relation);

/// The lines of a placement that need no memory plan. `indices` says of which relations, `ports` of which outputs.
Cost cost_of(const Graph& graph, const RelationTable& table, const std::vector<int>& relations,
             const std::vector<int>& ports);
/// Of all relations and outputs.
Cost cost_of(const Graph& graph, const RelationTable& table);

}  // namespace abut::planning
