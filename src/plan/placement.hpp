// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "abut/plan.hpp"
#include "plan/relation_table.hpp"

namespace abut::planning {

/// The home of every value. Arena roots have no address yet.
struct PlacementResult {
    RelationTable start;  ///< the choices that were made before the relations were tried
    RelationTable table;  ///< which relations hold, and why the others don't
    std::vector<Root> roots;
    std::vector<std::optional<PlannedView>> views;  ///< by ValueId
};

/// Which rungs of the ladder may be used besides alias and copy.
struct Ladder {
    bool segmented_reads = true;
    bool multi_stores = true;
};

/// Gives each value one home so that the relations of `start` hold which are aliases there: box relations merge groups
/// first, graph outputs are bound next, permuted and reshaped views are embedded last. What breaks a rule is dropped with
/// its reason, and the placement made again; where its producer can store an operand a second time, it need not be copied.
/// Pure.
PlacementResult place_from(const Graph& graph, const OpTraits& traits, RelationTable start, const Ladder& ladder);

/// The placement that moves the fewest bytes of those that were tried: where an operand of a concat would be copied, concats
/// that compete with each other are read in segments instead. Pure.
PlacementResult place(const Graph& graph, const OpTraits& traits, ConcatMode mode, const Ladder& ladder = {});

}  // namespace abut::planning
