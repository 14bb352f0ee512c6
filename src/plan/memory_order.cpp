// SPDX-License-Identifier: Apache-2.0
#include "plan/memory_order.hpp"

#include <algorithm>

#include "plan/segments.hpp"

namespace abut::planning {

std::vector<int> memory_order(const Layout& layout) {
    std::vector<int> order;
    for (int axis = 0; axis < layout.shape.rank(); ++axis) {
        if (layout.shape[axis] > 1) order.push_back(axis);
    }
    std::ranges::stable_sort(order, [&](int a, int b) { return layout.strides[a] > layout.strides[b]; });
    return order;
}

std::vector<bool> values_read_by_kernels(const Graph& graph, const RelationTable& table) {
    std::vector<bool> read(graph.values().size(), false);
    for (std::size_t n = 0; n < graph.nodes().size(); ++n) {
        if (table.is_view_node(NodeId{static_cast<std::int32_t>(n)})) continue;
        for (const auto input : graph.nodes()[n].inputs) {
            read[static_cast<std::size_t>(input.index)] = true;
            if (!table.is_segmented(graph, input)) continue;
            for (const auto part : segments_of(graph, table, input)) read[static_cast<std::size_t>(part.index)] = true;
        }
    }
    return read;
}

}  // namespace abut::planning
