// SPDX-License-Identifier: Apache-2.0
#include "plan/relation_groups.hpp"

#include <numeric>

#include "core/slot.hpp"

namespace abut::planning {
namespace {

using core::slot;

class ValueSets {
public:
    explicit ValueSets(std::size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), 0); }

    int find(ValueId value) {
        int at = value.index;
        while (parent_[slot(at)] != at) at = parent_[slot(at)] = parent_[slot(parent_[slot(at)])];
        return at;
    }

    void join(ValueId a, ValueId b) { parent_[slot(find(a))] = find(b); }

private:
    std::vector<int> parent_;
};

}  // namespace

std::vector<RelationGroup> relation_groups(const Graph& graph, const RelationTable& table) {
    ValueSets sets(graph.values().size());
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
