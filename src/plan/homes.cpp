// SPDX-License-Identifier: Apache-2.0
#include "plan/homes.hpp"

#include <algorithm>
#include <utility>

#include "core/slot.hpp"
#include "plan/segments.hpp"

namespace abut::planning {
namespace {

using core::slot;

constexpr auto too_long = "one buffer for all would be needed longer than its parts";

}  // namespace

std::vector<NodeId> concats_of(const RelationTable& table) {
    std::vector<NodeId> concats;
    for (const auto& relation : table.relations) {
        if (join_of(relation) != nullptr && (concats.empty() || concats.back() != relation.node))
            concats.push_back(relation.node);
    }
    return concats;
}

std::optional<RelationTable> with_home(const RelationTable& start, NodeId node) {
    const auto& relations = start.of_node[slot(node)];
    const auto is_home = [&](int r) { return start.relations[slot(r)].holds() && start.relations[slot(r)].may_store_twice; };
    if (std::ranges::all_of(relations, is_home)) return std::nullopt;
    RelationTable table = start;
    for (const int r : relations) {
        drop(table.relations[slot(r)], {}, Rung::Alias);
        table.relations[slot(r)].may_store_twice = true;
    }
    return table;
}

std::optional<RelationTable> with_segments(const Graph& graph, const OpTraits& traits, const RelationTable& start,
                                           NodeId node) {
    if (start.is_segmented(node) || !can_be_segmented(graph, start, traits, node)) return std::nullopt;
    RelationTable table = start;
    read_in_segments(table, node, too_long);
    return table;
}

RelationTable with_second_stores(const RelationTable& start, NodeId node) {
    RelationTable table = start;
    for (const int r : start.of_node[slot(node)]) {
        drop(table.relations[slot(r)], above_limit);
        table.relations[slot(r)].may_store_twice = true;
    }
    return table;
}

RelationTable without_homes(const Graph& graph, const OpTraits& traits, const RelationTable& start) {
    RelationTable table = start;
    for (const NodeId concat : concats_of(start)) {
        if (table.is_segmented(concat)) continue;
        if (can_be_segmented(graph, table, traits, concat)) {
            read_in_segments(table, concat, too_long);
        } else {
            for (const int r : table.of_node[slot(concat)]) copy_operand(table.relations[slot(r)]);
        }
    }
    return table;
}

RelationTable with_choices_of(RelationTable to, const RelationTable& from, const std::vector<NodeId>& nodes) {
    for (const NodeId node : nodes) {
        for (const int r : from.of_node[slot(node)]) to.relations[slot(r)] = from.relations[slot(r)];
    }
    return to;
}

void copy_operand(Relation& relation) {
    drop(relation, above_limit);
    relation.may_store_twice = false;
}

}  // namespace abut::planning
