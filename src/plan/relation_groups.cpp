// SPDX-License-Identifier: Apache-2.0
#include "plan/relation_groups.hpp"

#include "core/slot.hpp"
#include "graph/value_sets.hpp"

namespace abut::planning {

using core::slot;

std::vector<RelationGroup> relation_groups(const Graph& graph, const RelationTable& table) {
    graph_detail::ValueSets sets(graph.values().size());
    for (const auto& relation : table.relations) {
        const auto [from, to] = data_flow(relation);
        sets.join(from, to);
    }
    std::vector<RelationGroup> groups;
    std::vector<int> group_of(graph.values().size(), -1);
    for (std::size_t r = 0; r < table.relations.size(); ++r) {
        int& group = group_of[slot(sets.find(data_flow(table.relations[r]).from))];
        if (group < 0) {
            group = static_cast<int>(groups.size());
            groups.emplace_back();
        }
        groups[slot(group)].relations.push_back(static_cast<int>(r));
    }
    for (std::size_t p = 0; p < table.ports.size(); ++p) {
        const int group = group_of[slot(sets.find(table.ports[p].value))];
        if (group >= 0) groups[slot(group)].ports.push_back(static_cast<int>(p));
    }
    return groups;
}

}  // namespace abut::planning
