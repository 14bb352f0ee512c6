// SPDX-License-Identifier: Apache-2.0
#include "plan/cost.hpp"

#include <algorithm>
#include <numeric>

#include "plan/byte_counts.hpp"

namespace abut::planning {
namespace {

std::vector<int> all(std::size_t count) {
    std::vector<int> indices(count);
    std::iota(indices.begin(), indices.end(), 0);
    return indices;
}

}  // namespace

std::int64_t moved_bytes(const Graph& graph, const Relation& relation) {
    const auto* box = std::get_if<BoxRelation>(&relation.view);
    return value_bytes(graph, box != nullptr ? box->part : data_flow(relation).to);
}

std::int64_t moved_bytes(const Graph& graph, const RelationTable& table) {
    std::int64_t bytes = 0;
    for (const auto& relation : table.relations) {
        if (relation.how == Rung::Copy) bytes += moved_bytes(graph, relation);
    }
    for (const auto& port : table.ports) {
        if (!port.holds) bytes += value_bytes(graph, port.value);
    }
    return bytes;
}

std::int64_t copied_bytes(const Graph& graph, const RelationTable& table, const std::vector<int>& relations) {
    std::int64_t bytes = 0;
    for (const int index : relations) {
        const auto& relation = table.relations[static_cast<std::size_t>(index)];
        if (relation.how == Rung::Copy && std::holds_alternative<BoxRelation>(relation.view))
            bytes += moved_bytes(graph, relation);
    }
    return bytes;
}

std::int64_t copied_bytes(const Graph& graph, const RelationTable& table) {
    return copied_bytes(graph, table, all(table.relations.size()));
}

bool can_store_twice(const Graph& graph, const OpTraits& traits, const RelationTable& table, const Relation& relation) {
    const auto* box = std::get_if<BoxRelation>(&relation.view);
    if (box == nullptr || !box->joins || !relation.may_store_twice) return false;
    if (relation.price.copy_ns < relation.price.store_ns && relation.forced != Rung::MultiStore) return false;
    const Value& part = graph.value(box->part);
    if (part.producer.index < 0 || table.is_view_node(part.producer) || element_count(part.shape) == 0) return false;
    const Node& producer = graph.node(part.producer);
    return producer.outputs.size() == 1 && traits.most_stores(graph, producer) > 1;
}

Cost operator+(Cost a, const Cost& b) {
    a.unforced += b.unforced;
    a.over_bytes += b.over_bytes;
    a.moved_bytes += b.moved_bytes;
    a.excess_bytes += b.excess_bytes;
    a.time_ns += b.time_ns;
    a.stored_bytes += b.stored_bytes;
    a.segments += b.segments;
    return a;
}

Cost cost_of(const Graph& graph, const Relation& relation, Rung how) {
    Cost cost{.time_ns = relation.price.of(how)};
    if (how == Rung::MultiStore) cost.stored_bytes = moved_bytes(graph, relation);
    if (how == Rung::SegmentedRead) cost.segments = 1;
    return cost;
}

Cost cost_of(const Graph& graph, const Relation& relation) {
    Cost cost = cost_of(graph, relation, relation.how);
    if (relation.forced && relation.how != *relation.forced) ++cost.unforced;
    return cost;
}

Cost least_cost_of(const Graph& graph, const Relation& relation) {
    Cost least = cost_of(graph, relation, Rung::Alias);
    if (least == Cost{}) return least;
    for (const Rung how : {Rung::MultiStore, Rung::SegmentedRead, Rung::Copy})
        least = std::min(least, cost_of(graph, relation, how));
    return least;
}

Cost cost_of(const Graph& graph, const RelationTable& table, const std::vector<int>& relations,
             const std::vector<int>& ports) {
    Cost cost;
    for (const int index : relations) cost = cost + cost_of(graph, table.relations[static_cast<std::size_t>(index)]);
    for (const int index : ports) {
        const auto& port = table.ports[static_cast<std::size_t>(index)];
        if (!port.holds) cost.time_ns += copy_ns(table.model, value_bytes(graph, port.value));
    }
    return cost;
}

Cost cost_of(const Graph& graph, const RelationTable& table) {
    return cost_of(graph, table, all(table.relations.size()), all(table.ports.size()));
}

}  // namespace abut::planning
