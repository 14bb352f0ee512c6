// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "passes/axis_order.hpp"
#include "passes/channel_flow.hpp"

namespace abut::passes {

/// Channels of one source that the same values have, in their order.
struct ChannelPiece {
    ValueId source;
    std::vector<std::int64_t> channels;
};

/// A value that is a concat of pieces.
struct JoinedPieces {
    ValueId value;
    std::vector<std::size_t> pieces;  ///< by index, in the order of its operands
    AxisOrder order;                  ///< of the value's channels then
};

/// Values that are connected by the channels that they share, cut so that each is a concat of whole pieces.
struct ShuffleGroup {
    std::vector<ValueId> sources;      ///< one of which no channel is in a piece is needed by nobody
    std::vector<ChannelPiece> pieces;  ///< those of a source together, in the order of its results
    std::vector<JoinedPieces> values;  ///< in the order of the graph's
};

/// The groups in which channels are shuffled and that can be cut: sources that have to be are convolutions whose weights and
/// parameters are constants. What is needed of channels by nobody is in no piece. Pure.
std::vector<ShuffleGroup> shuffle_groups(const Graph& graph, const ChannelFlow& flow);

}  // namespace abut::passes
