// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/plan.hpp"
#include "plan/relation_table.hpp"

namespace abut::planning {

/// One decision a concat: how each operand was realised, and the reason where it was copied, with what it
/// costs where times decided.
std::vector<Decision> make_decisions(const Graph& graph, const OpTraits& traits, const RelationTable& table,
                                     const Plan& plan);

/// The relation whose copy brings an operand, which the concat alone reads, into the slice that `join` has for it: such an
/// operand is copied for the concat, as it would be by the concat. Null where there is none, or the caller asked for the
/// slice.
const Relation* brought_by(const Graph& graph, const RelationTable& table, const Relation& join);

}  // namespace abut::planning
