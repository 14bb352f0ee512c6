// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plan/op_traits.hpp"
#include "plan/relation_table.hpp"

/// Choices for the concats of one table, to be placed from: each is made of `start` and changes what it names alone.
namespace abut::planning {

/// Why an operand is copied that could be a slice, were there memory for it.
inline constexpr auto above_limit = "one buffer for all would raise the peak above that of copies";

/// Concats with an operand that could lie in its slice, in the order of the graph.
std::vector<NodeId> concats_of(const RelationTable& table);

/// With the relations of `node` as aliases; nothing if they are.
std::optional<RelationTable> with_home(const RelationTable& start, NodeId node);

/// Read in segments; nothing if it is or can't be.
std::optional<RelationTable> with_segments(const Graph& graph, const OpTraits& traits, const RelationTable& start,
                                           NodeId node);

/// Its own buffer, into which those operands are stored as well that can be, and the others copied.
RelationTable with_second_stores(const RelationTable& start, NodeId node);

/// All concats read in segments or, where they can't be, copied: each buffer is needed only as long as with copies.
RelationTable without_homes(const Graph& graph, const OpTraits& traits, const RelationTable& start);

/// `to` with the choices that `from` has for `nodes`.
RelationTable with_choices_of(RelationTable to, const RelationTable& from, const std::vector<NodeId>& nodes);

/// Copied: not stored a second time either, for which the home of both would be needed as early as before.
void copy_operand(Relation& relation);

}  // namespace abut::planning
