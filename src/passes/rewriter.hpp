// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "abut/graph.hpp"

namespace abut::passes {

/// Builds a graph from another one, node by node in the order of `source`. Inputs keep their order; constants are taken
/// over when they are first asked for; nodes that no output needs are left out. One thread; `source` must outlive it.
class Rewriter {
public:
    explicit Rewriter(const Graph& source);

    [[nodiscard]] const Graph& source() const noexcept { return source_; }
    [[nodiscard]] Graph& target() noexcept { return target_; }

    /// Whether an output of `source` depends on the node.
    [[nodiscard]] bool is_live(NodeId node) const { return live_[static_cast<std::size_t>(node.index)]; }
    /// The new value that stands for `old`. Throws InvalidArgument for a node's result that is not there yet.
    ValueId mapped(ValueId old);
    std::vector<ValueId> mapped(std::span<const ValueId> old);
    /// From now on `replacement`, a new value, stands for `old`.
    void replace(ValueId old, ValueId replacement);
    /// Appends `operation` on new values; its results stand for `results` and take over their names.
    void emit(Operation operation, std::vector<ValueId> new_inputs, std::span<const ValueId> results, std::string name);
    /// Appends `node` as it is.
    void copy(const Node& node);
    /// The new graph with the outputs of `source`. An output that was computed and is now an input or a constant gets a
    /// Copy, so that a kernel writes it.
    Graph finish() &&;

private:
    const Graph& source_;
    Graph target_;
    std::vector<ValueId> mapped_;
    std::vector<bool> live_;
};

/// The graph that `visit` makes of `source`: it is called for every live node in order and either emits or replaces.
Graph rewritten(const Graph& source, const std::function<void(Rewriter&, NodeId, const Node&)>& visit);

}  // namespace abut::passes
