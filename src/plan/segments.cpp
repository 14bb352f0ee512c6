// SPDX-License-Identifier: Apache-2.0
#include "plan/segments.hpp"

#include <algorithm>

#include "core/slot.hpp"

namespace abut::planning {
namespace {

using core::slot;

/// The joins of `node` whose parts have elements; nothing if `node` is no concat.
std::vector<const BoxRelation*> joins_of(const Graph& graph, const RelationTable& table, NodeId node) {
    std::vector<const BoxRelation*> joins;
    for (const int index : table.of_node[slot(node.index)]) {
        const auto* box = std::get_if<BoxRelation>(&table.relations[slot(index)].view);
        if (box == nullptr || !box->joins) return {};
        if (element_count(graph.value(box->part).shape) > 0) joins.push_back(box);
    }
    return joins;
}

int axis_of(const std::vector<const BoxRelation*>& joins) {
    const Dims& begin = joins.back()->begin;
    const auto* moved = std::ranges::find_if(begin, [](std::int64_t distance) { return distance != 0; });
    return static_cast<int>(moved - begin.begin());
}

/// Whether `node` reads `value` once, as what it reduces over, in kernels for so many segments.
bool reads_segments(const Graph& graph, const OpTraits& traits, const Node& node, ValueId value, int axis, int count) {
    return std::ranges::count(node.inputs, value) == 1 && node.inputs.front() == value &&
           traits.most_segments(graph, node, axis) >= count;
}

}  // namespace

std::vector<ValueId> segments_of(const Graph& graph, const RelationTable& table, ValueId whole) {
    std::vector<ValueId> parts;
    for (const auto* join : joins_of(graph, table, graph.value(whole).producer)) parts.push_back(join->part);
    return parts;
}

int segment_axis(const Graph& graph, const RelationTable& table, ValueId whole) {
    return axis_of(joins_of(graph, table, graph.value(whole).producer));
}

bool can_be_segmented(const Graph& graph, const RelationTable& table, const OpTraits& traits, NodeId node) {
    const auto joins = joins_of(graph, table, node);
    if (joins.size() < 2) return false;
    const ValueId whole = joins.front()->whole;
    const auto has_other_home = [&](const BoxRelation* join) {
        return !graph.value(join->part).is_constant() && !table.is_segmented(graph, join->part);
    };
    if (table.uses->is_output(whole) || !std::ranges::all_of(joins, has_other_home)) return false;
    return std::ranges::all_of(table.uses->consumers(whole), [&](NodeId reader) {
        return !table.is_view_node(reader) &&
               reads_segments(graph, traits, graph.node(reader), whole, axis_of(joins), static_cast<int>(joins.size()));
    });
}

void read_in_segments(RelationTable& table, NodeId node, const std::string& reason) {
    for (const int index : table.of_node[slot(node.index)]) drop(table.relations[slot(index)], reason, Rung::SegmentedRead);
}

}  // namespace abut::planning
