// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <variant>

#include "ops/group_tile.hpp"
#include "ops/packing.hpp"

namespace abut::ops {

/// What one work-item computes: `parts` register tiles, side by side, of `height` x `width` output pixels, times `blocks`
/// blocks of `vectors` * 16 output channels.
struct WindowTile {
    std::int64_t height = 1;
    std::int64_t width = 1;
    std::int64_t vectors = 1;
    std::int64_t blocks = 1;
    std::int64_t parts = 1;
    [[nodiscard]] std::int64_t columns() const { return width * parts; }
    [[nodiscard]] std::int64_t lanes() const { return vectors * vector_lanes; }
    bool operator==(const WindowTile&) const = default;
};

/// What one work-item of kernels/cpu/conv2d_winograd.cl computes.
struct WinogradTile {
    std::int64_t outputs = 4;  ///< rows and columns of results of a square, one where the kernel has one
    std::int64_t rows = 1;     ///< of squares
    std::int64_t columns = 1;
    std::int64_t chunk = vector_lanes;  ///< channels that are transformed and multiplied at a time
    WindowTile products{};              ///< how the squares are multiplied, one after another: each counts as a pixel
    bool operator==(const WinogradTile&) const = default;
};

/// How a step is cut into tiles: as the operation's own estimate says (the first), or as the caller does, who measured it.
/// One of another kernel's counts as the first.
using Tile = std::variant<std::monostate, WindowTile, WinogradTile, GroupTile>;

}  // namespace abut::ops
