// SPDX-License-Identifier: Apache-2.0
#include "plan/byte_counts.hpp"

namespace abut::planning {

std::int64_t value_bytes(const Graph& graph, ValueId value) {
    return element_count(graph.value(value).shape) * size_bytes(graph.value(value).dtype);
}

std::int64_t view_bytes(const PlannedView& view) {
    return element_count(view.layout.shape) * size_bytes(view.dtype);
}

}  // namespace abut::planning
