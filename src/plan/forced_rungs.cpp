// SPDX-License-Identifier: Apache-2.0
#include "plan/forced_rungs.hpp"

#include <algorithm>

#include "core/fail.hpp"
#include "core/slot.hpp"
#include "plan/segments.hpp"

namespace abut::planning {
namespace {

using core::slot;

constexpr auto asked_for = "it was asked for";

NodeId find_concat(const Graph& graph, const RelationTable& table, const std::string& name) {
    std::string known;
    for (std::size_t n = 0; n < table.of_node.size(); ++n) {
        const auto& relations = table.of_node[n];
        if (relations.empty() || join_of(table.relations[slot(relations.front())]) == nullptr) continue;
        if (graph.nodes()[n].name == name) return {static_cast<std::int32_t>(n)};
        if (known.empty()) known = fmt::format(", the first of which is \"{}\"", graph.nodes()[n].name);
    }
    core::fail_invalid("forced rung: expected a concat of graph \"{}\"{}, found \"{}\"", graph.name(), known, name);
}

void force(const Graph& graph, const OpTraits& traits, NodeId concat, Relation& relation, Rung how, RelationTable& table) {
    if (how == Rung::SegmentedRead) {
        if (!can_be_segmented(graph, table, traits, concat)) {
            core::fail(ErrorCode::Unsupported,
                       "concat \"{}\": a segmented read is unsupported: not all of its readers have a kernel for that",
                       graph.node(concat).name);
        }
        read_in_segments(table, concat, asked_for);
        for (const int index : table.of_node[slot(concat)]) table.relations[slot(index)].forced = how;
        return;
    }
    relation.forced = how;
    relation.may_store_twice = how == Rung::MultiStore;
    drop(relation, how == Rung::Alias ? "" : asked_for, how == Rung::Alias ? Rung::Alias : Rung::Copy);
}

/// Of an operand of a concat, its place in the table.
int relation_of(NodeId concat, int operand, const Graph& graph, const RelationTable& table) {
    const auto& relations = table.of_node[slot(concat)];
    core::require(operand >= 0 && operand < std::ssize(relations),
                  "forced rung: expected an operand 0 to {} of concat \"{}\", found {}", relations.size() - 1,
                  graph.node(concat).name, operand);
    return relations[slot(operand)];
}

}  // namespace

bool take_rungs(const Graph& graph, const std::vector<ForcedRung>& forced, RelationTable& table) {
    std::vector<Relation*> relations;
    for (const auto& [name, operand, how] : forced) {
        const NodeId concat = find_concat(graph, table, name);
        relations.push_back(&table.relations[slot(relation_of(concat, operand, graph, table))]);
        if (relations.back()->how != how) return false;
    }
    for (auto* relation : relations) {
        relation->forced = relation->how;
        if (!relation->holds()) relation->reason = asked_for;
    }
    return true;
}

void force_rungs(const Graph& graph, const OpTraits& traits, const std::vector<ForcedRung>& forced, RelationTable& table) {
    for (const auto& [name, operand, how] : forced) {
        const NodeId concat = find_concat(graph, table, name);
        const bool can_be_asked_for =
            how == Rung::Alias || how == Rung::MultiStore || how == Rung::SegmentedRead || how == Rung::Copy;
        core::require(can_be_asked_for, "forced rung: expected alias, multi-store, segmented read or copy, found {}",
                      to_string(how));
        Relation& relation = table.relations[slot(relation_of(concat, operand, graph, table))];
        const bool is_free = !relation.forced || *relation.forced == how;
        core::require(is_free, "forced rung: expected one rung for operand {} of concat \"{}\", found two", operand, name);
        force(graph, traits, concat, relation, how, table);
    }
}

void require_forced(const Graph& graph, const RelationTable& table) {
    for (const Relation& relation : table.relations) {
        if (!relation.forced || *relation.forced == relation.how) continue;
        const bool is_store = *relation.forced == Rung::MultiStore;  // its reason says only that it is no alias
        core::fail(ErrorCode::Unsupported, "concat \"{}\": \"{}\" as {} is unsupported: {}", graph.node(relation.node).name,
                   graph.value(data_flow(relation).from).name, to_string(*relation.forced),
                   is_store ? "its producer can't store it there as well" : relation.reason);
    }
}

}  // namespace abut::planning
