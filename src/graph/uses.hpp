// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "abut/graph.hpp"

namespace abut::graph_detail {

/// Who reads each value of a graph. Immutable.
class Uses {
public:
    explicit Uses(const Graph& graph);

    /// The nodes that read `value`, each once, in order.
    [[nodiscard]] std::span<const NodeId> consumers(ValueId value) const;
    [[nodiscard]] bool is_output(ValueId value) const { return is_output_[static_cast<std::size_t>(value.index)]; }
    /// Whether nobody but one node sees `value`, so that the node may absorb its producer.
    [[nodiscard]] bool is_private(ValueId value) const { return !is_output(value) && consumers(value).size() == 1; }

private:
    std::vector<std::size_t> begin_;  ///< by value: where its consumers begin in nodes_; one more than values
    std::vector<NodeId> nodes_;
    std::vector<bool> is_output_;
};

}  // namespace abut::graph_detail
