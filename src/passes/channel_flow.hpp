// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/slot.hpp"
#include "graph/uses.hpp"
#include "passes/moved_view.hpp"

namespace abut::passes {

/// Channels of one value that follow one another.
struct ChannelRun {
    ValueId source;
    ChannelRange channels;
};

/// Which channels of which values reach each value through concats along the channels and through nodes that only move
/// channels: slices, splits, and shuffles (reshape, transpose, reshape). What computes a value is the source of its
/// channels. Immutable.
class ChannelFlow {
public:
    /// Nothing where no node changes the order of channels, which is found first and takes time linear in the nodes, and
    /// where all runs together are more than a million.
    static std::optional<ChannelFlow> of(const Graph& graph);

    /// The channels of `value` in their order; empty for a value without such an axis or that is in the midst of a shuffle.
    [[nodiscard]] std::span<const ChannelRun> runs(ValueId value) const { return runs_[core::slot(value)]; }
    /// Whether its channels were taken from another value in another order, or with gaps.
    [[nodiscard]] bool is_shuffled(ValueId value) const;
    /// Whether nothing needs `node`, once whoever reads its results has their runs.
    [[nodiscard]] bool is_absorbed(NodeId node) const { return is_absorbed_[core::slot(node)]; }
    /// Whether a graph's output or a node that is not absorbed reads `value`.
    [[nodiscard]] bool is_read(ValueId value) const;
    /// The value whose runs `value` was made of: itself, but in the midst of a shuffle.
    [[nodiscard]] ValueId base(ValueId value) const;

private:
    explicit ChannelFlow(const Graph& graph);

    void view(const Node& node);
    [[nodiscard]] bool can_absorb(const Node& node) const;
    void start(ValueId value);
    void trace(ValueId value);

    const Graph* graph_;
    graph_detail::Uses uses_;
    std::vector<std::optional<MovedView>> views_;                  // by value: of what it was moved from
    std::vector<std::optional<std::vector<ChannelRange>>> taken_;  // by value: of that one's channels
    std::vector<std::vector<ChannelRun>> runs_;                    // by value
    std::vector<bool> is_absorbed_;                                // by node
};

}  // namespace abut::passes
