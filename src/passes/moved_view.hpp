// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "abut/graph.hpp"

namespace abut::passes {

/// One digit of an index: `extent` elements, `stride` elements of the base apart.
struct Digit {
    std::int64_t extent = 1;
    std::int64_t stride = 0;
    bool operator==(const Digit&) const = default;
};

/// The digits of one axis, the outermost first; none for an axis of extent 1. What a shuffle makes of an axis has several.
using Digits = std::vector<Digit>;

/// Where the elements of a value lie in the row-major elements of another, its base, after nodes that only move.
struct MovedView {
    ValueId base;
    std::int64_t offset = 0;
    std::vector<Digits> axes;
};

/// A value as the base of itself.
MovedView whole_view(const Graph& graph, ValueId value);

/// The view of each result of `node` on that of its input; nothing for a node that does more than move, and where digits
/// can't say it, as where there are no elements. Pure.
std::optional<std::vector<MovedView>> moved_views(const Graph& graph, const Node& node, const MovedView& input);

/// Channels (axis 1) that follow one another.
struct ChannelRange {
    std::int64_t first = 0;
    std::int64_t count = 0;
};

/// The channels of the base that are those of `view`, in their order, if it has all else of the base as it lies there.
/// Nothing if that takes more than `most_ranges` ranges.
inline constexpr std::size_t most_ranges = 4096;
std::optional<std::vector<ChannelRange>> channels_of(const Graph& graph, const MovedView& view);

}  // namespace abut::passes
