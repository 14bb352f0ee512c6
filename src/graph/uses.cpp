// SPDX-License-Identifier: Apache-2.0
#include "graph/uses.hpp"

#include "core/distinct.hpp"

namespace abut::graph_detail {

Uses::Uses(const Graph& graph) : begin_(graph.values().size() + 1, 0), is_output_(graph.values().size(), false) {
    for (const Port& port : graph.outputs()) is_output_[static_cast<std::size_t>(port.value.index)] = true;
    for (const Node& node : graph.nodes()) {
        for (const ValueId input : core::distinct(node.inputs)) ++begin_[static_cast<std::size_t>(input.index) + 1];
    }
    for (std::size_t value = 1; value < begin_.size(); ++value) begin_[value] += begin_[value - 1];
    nodes_.resize(begin_.back());
    std::vector<std::size_t> next(begin_.begin(), begin_.end() - 1);
    for (std::size_t index = 0; index < graph.nodes().size(); ++index) {
        for (const ValueId input : core::distinct(graph.nodes()[index].inputs)) {
            nodes_[next[static_cast<std::size_t>(input.index)]++] = {static_cast<std::int32_t>(index)};
        }
    }
}

std::span<const NodeId> Uses::consumers(ValueId value) const {
    const auto index = static_cast<std::size_t>(value.index);
    return std::span(nodes_).subspan(begin_[index], begin_[index + 1] - begin_[index]);
}

}  // namespace abut::graph_detail
