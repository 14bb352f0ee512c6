// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "plan/relation_table.hpp"

namespace abut::planning {

/// The values that have elements of the concat `whole`, in their order.
std::vector<ValueId> segments_of(const Graph& graph, const RelationTable& table, ValueId whole);

/// The axis along which they follow one another.
int segment_axis(const Graph& graph, const RelationTable& table, ValueId whole);

/// Whether every reader of the result of the concat `node` has a kernel that reads its parts where they lie.
bool can_be_segmented(const Graph& graph, const RelationTable& table, const OpTraits& traits, NodeId node);

/// From now on the concat `node` has no home and is read in segments; `reason` says why it is no alias.
void read_in_segments(RelationTable& table, NodeId node, const std::string& reason);

}  // namespace abut::planning
