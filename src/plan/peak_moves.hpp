// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "abut/plan.hpp"
#include "plan/op_traits.hpp"
#include "plan/relation_table.hpp"

namespace abut::planning {

/// Gets one choice at a time; false ends the search for more.
using PeakMoveVisitor = std::function<bool(RelationTable)>;

/// Other choices than those of `start` for the concats with a root that is live at step `peak` of `plan`, made of `table`: a
/// concat is read in segments or has a home again. With `may_copy` also: its operands are stored twice or copied, all of
/// them or only the one that is written first, or one is no longer stored twice.
void for_each_peak_move(const Graph& graph, const OpTraits& traits, const RelationTable& start, const Plan& plan,
                        const RelationTable& table, int peak, bool may_copy, const PeakMoveVisitor& visit);

}  // namespace abut::planning
