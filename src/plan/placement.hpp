// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
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
    SearchSummary search;
    int attempts = 0;  ///< how often everything was placed until all that was left held
};

/// Which rungs of the ladder may be used besides alias and copy.
struct Ladder {
    bool segmented_reads = true;
    bool multi_stores = true;
};

/// Relations of which at least one has to be given up before all others of them can hold.
using Conflict = std::vector<int>;

/// Asks place_from for the first conflict in which one of the relations `wanted` is dropped, or in which they keep a second
/// store from its slice or the value of an output from the memory of the caller's.
struct FirstConflict {
    std::vector<bool> wanted;  ///< by relation
    Conflict relations;        ///< empty: those that were wanted all hold that did in the start
    int port = -1;             ///< the output that one of `relations` has to be given up for, or it is copied
    int store = -1;            ///< likewise a relation that is none, but could be a second store
    std::string reason;        ///< why they can't all hold
};

/// Gives each value one home so that the relations of `start` hold which are aliases there: box relations merge groups
/// first, graph outputs are bound next, permuted and reshaped views are embedded last. What breaks a rule is dropped with
/// its reason, and the placement made again; where its producer can store an operand a second time, it need not be copied.
/// Pure.
PlacementResult place_from(const Graph& graph, const OpTraits& traits, RelationTable start, const Ladder& ladder,
                           FirstConflict* conflict = nullptr);

/// The placement of least cost of those that were tried. Each group of relations that can't all hold is decided on its own:
/// exactly where the search comes to its end, by the best choices found within a budget where it does not. Pure.
PlacementResult place(const Graph& graph, const OpTraits& traits, const PlanOptions& options, const Ladder& ladder = {});

}  // namespace abut::planning
