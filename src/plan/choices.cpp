// SPDX-License-Identifier: Apache-2.0
#include "plan/choices.hpp"

#include <algorithm>
#include <set>

#include "core/slot.hpp"
#include "plan/segments.hpp"

namespace abut::planning {
namespace {

using core::slot;

constexpr auto less_aligned = "accesses to a slice of it would be less aligned";

double alias_ns(const RelationTable& table, NodeId concat) {
    double ns = 0;
    for (const int index : table.of_node[slot(concat)]) ns += table.relations[slot(index)].price.alias_ns;
    return ns;
}

}  // namespace

void apply(const Choice& choice, RelationTable& table) {
    if (choice.what == Choice::What::Port) {
        table.ports[slot(choice.index)].holds = false;
        table.ports[slot(choice.index)].reason = choice.reason;
        return;
    }
    auto& relation = table.relations[slot(choice.index)];
    if (choice.what == Choice::What::Segments) return read_in_segments(table, relation.node, choice.reason);
    if (choice.what == Choice::What::Copy) relation.may_store_twice = false;
    choice.for_another ? drop_for_another(relation, choice.reason) : drop(relation, choice.reason);
}

std::vector<Choice> Choices::after(const RelationTable& start, const FirstConflict& conflict) const {
    auto choices = conflict.relations.empty() ? gains(start) : of_conflict(start, conflict);
    std::ranges::stable_sort(choices, [](const Choice& a, const Choice& b) { return a.least < b.least; });
    return choices;
}

std::vector<Choice> Choices::of_conflict(const RelationTable& start, const FirstConflict& conflict) const {
    std::vector<Choice> result;
    const auto add = [&](Choice::What what, int index, const Cost& least) {
        result.push_back({what, index, least, conflict.reason, true});
    };
    std::set<NodeId> concats;
    for (const int index : conflict.relations) {
        const auto& relation = start.relations[slot(index)];
        if (!relation.holds()) continue;
        add(Choice::What::Relation, index, least_cost_given_up(relation, start));
        if (!ladder_.segmented_reads || !concats.insert(relation.node).second) continue;
        if (can_be_segmented(graph_, start, traits_, relation.node))
            add(Choice::What::Segments, index, segments_cost(start, relation.node));
    }
    if (conflict.port >= 0) {
        RelationTable given_up{.ports = {start.ports[slot(conflict.port)]}, .model = start.model};
        given_up.ports.front().holds = false;
        add(Choice::What::Port, conflict.port, cost_of(graph_, given_up, {}, {0}));
    }
    if (conflict.store >= 0)
        add(Choice::What::Copy, conflict.store, cost_of(graph_, start.relations[slot(conflict.store)], Rung::Copy));
    return result;
}

std::vector<Choice> Choices::gains(const RelationTable& start) const {
    std::vector<Choice> result;
    std::set<NodeId> concats;
    for (const int index : group_.relations) {
        const auto& relation = start.relations[slot(index)];
        if (!relation.holds() || relation.price.alias_ns == 0) continue;
        if (const Cost least = least_cost_given_up(relation, start); least.time_ns < relation.price.alias_ns)
            result.push_back({Choice::What::Relation, index, least, less_aligned});
        if (!ladder_.segmented_reads || !concats.insert(relation.node).second) continue;
        const Cost segments = segments_cost(start, relation.node);
        if (segments.time_ns < alias_ns(start, relation.node) && can_be_segmented(graph_, start, traits_, relation.node))
            result.push_back({Choice::What::Segments, index, segments, less_aligned});
    }
    return result;
}

Cost Choices::segments_cost(const RelationTable& table, NodeId concat) const {
    Cost cost;
    for (const int index : table.of_node[slot(concat)])
        cost = cost + cost_of(graph_, table.relations[slot(index)], Rung::SegmentedRead);
    return cost;
}

Cost Choices::least_cost(const RelationTable& table) const {
    Cost least = cost_of(graph_, table, {}, group_.ports);
    for (const int index : group_.relations) {
        const auto& relation = table.relations[slot(index)];
        if (relation.how == Rung::SegmentedRead) {
            least = least + cost_of(graph_, relation, Rung::SegmentedRead);
        } else {
            least = least + (relation.holds() ? least_cost_of(graph_, relation) : least_cost_given_up(relation, table));
        }
    }
    return least;
}

Cost Choices::least_cost_given_up(const Relation& relation, const RelationTable& table) const {
    const bool stores = ladder_.multi_stores && can_store_twice(graph_, traits_, table, relation);
    return cost_of(graph_, relation, stores ? Rung::MultiStore : Rung::Copy);
}

}  // namespace abut::planning
