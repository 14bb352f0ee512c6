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
    std::int64_t moved_bytes = 0;   ///< by copies and conversions, those left out that were chosen because they are fast
    std::int64_t excess_bytes = 0;  ///< of memory above the lower bound and what is tolerated, summed over the steps
    double time_ns = 0;             ///< by the cost model, which can count the bytes that are moved, and nothing else
    std::int64_t stored_bytes = 0;  ///< that a kernel stores once more
    std::int64_t segments = 0;      ///< views that readers go through
    auto operator<=>(const Cost&) const = default;
};

/// Of the bytes moved by the dropped relations among `relations`: those that stay as they are, moved for a box relation.
std::int64_t copied_bytes(const Graph& graph, const RelationTable& table, const std::vector<int>& relations);
std::int64_t copied_bytes(const Graph& graph, const RelationTable& table);

/// The bytes of the value that a step of its own would move if `relation` did not hold.
std::int64_t moved_bytes(const Graph& graph, const Relation& relation);

/// All bytes that are moved for relations and outputs which do not hold.
std::int64_t moved_bytes(const Graph& graph, const RelationTable& table);

/// Whether the producer of the operand of a concat could store it a second time, and a copy doesn't cost less.
bool can_store_twice(const Graph& graph, const OpTraits& traits, const RelationTable& table, const Relation& relation);

/// What `relation` costs with a rung.
Cost cost_of(const Graph& graph, const Relation& relation, Rung how);
/// With the one that it has, which may not be the one that the caller wants.
Cost cost_of(const Graph& graph, const Relation& relation);
/// What it costs at least, whichever rung it gets.
Cost least_cost_of(const Graph& graph, const Relation& relation);
Cost operator+(Cost a, const Cost& b);

/// The lines of a placement that need no memory plan and compare it with others of the same graph, without moved_bytes,
/// which time_ns has in it. `relations` says of which relations, `ports` of which outputs.
Cost cost_of(const Graph& graph, const RelationTable& table, const std::vector<int>& relations,
             const std::vector<int>& ports);
/// Of all relations and outputs.
Cost cost_of(const Graph& graph, const RelationTable& table);

}  // namespace abut::planning
