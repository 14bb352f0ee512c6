// SPDX-License-Identifier: Apache-2.0
#include "plan/liveness.hpp"

#include <algorithm>

#include "core/slot.hpp"

namespace abut::planning {
namespace {

using core::slot;

void extend_sources(const RelationTable& table, const std::vector<int>& indices, int now, std::vector<LiveRange>& ranges) {
    for (const int index : indices) {
        const auto& relation = table.relations[static_cast<std::size_t>(index)];
        const auto [from, to] = data_flow(relation);
        auto& last = ranges[slot(from)].last;
        const bool lives_on = relation.holds() || relation.how == Rung::SegmentedRead;
        last = std::max(last, lives_on ? std::max(now, ranges[slot(to)].last) : now);
    }
}

}  // namespace

std::vector<LiveRange> live_ranges(const Graph& graph, const RelationTable& table) {
    std::vector<LiveRange> ranges(graph.values().size());
    for (std::size_t v = 0; v < ranges.size(); ++v) {
        const int born = graph.values()[v].producer.index;
        ranges[v] = {born, born};
    }
    const int end = static_cast<int>(graph.nodes().size());
    for (std::size_t p = 0; p < table.ports.size(); ++p) {
        if (table.ports[p].holds) ranges[slot(table.ports[p].value)].last = end;
    }
    for (int n = end - 1; n >= 0; --n) {
        const auto& relations = table.of_node[static_cast<std::size_t>(n)];
        extend_sources(table, relations, n, ranges);
        if (!relations.empty()) continue;
        for (const auto input : graph.nodes()[static_cast<std::size_t>(n)].inputs) {
            ranges[slot(input)].last = std::max(ranges[slot(input)].last, n);
        }
    }
    // Elements seen through a permuted or reshaped view are as old as what is seen.
    for (const auto& relation : table.relations) {
        if (!relation.holds()) continue;
        const auto [from, to] = data_flow(relation);
        ranges[slot(to)].first = std::min(ranges[slot(to)].first, ranges[slot(from)].first);
    }
    return ranges;
}

}  // namespace abut::planning
