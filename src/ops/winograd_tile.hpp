// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "abut/device_profile.hpp"
#include "abut/graph.hpp"
#include "ops/lower.hpp"
#include "ops/window_tile.hpp"

namespace abut::ops {

/// What one work-item of kernels/cpu/conv2d_winograd.cl computes.
struct WinogradTile {
    std::int64_t outputs = 4;  ///< rows and columns of results of a square
    std::int64_t rows = 1;     ///< of squares
    std::int64_t columns = 1;
    std::int64_t chunk = vector_lanes;  ///< channels that are transformed and multiplied at a time
    WindowTile products{};              ///< how the squares are multiplied, one after another: each counts as a pixel
};

/// Whether the kernel computes such convolutions: 3x3, steps of one.
bool takes_winograd(const WindowProblem& problem);

/// What `problem` should take on all of the device's cores, in half cycles.
double winograd_cycles(const WindowProblem& problem, const WinogradTile& tile, const DeviceProfile& device);

/// The tile that should take the least time, by that count; `outputs` is 2 or 4.
WinogradTile choose_winograd_tile(const WindowProblem& problem, std::int64_t outputs, const DeviceProfile& device);

/// Ranges of output channels, of which a tile computes one.
std::int64_t winograd_ranges(const WindowProblem& problem, const WinogradTile& tile);

/// Work-items.
std::int64_t winograd_tiles(const WindowProblem& problem, const WinogradTile& tile);

/// The convolution in a tile of the caller's choice, for measurements. Throws as lower().
LoweredStep lower_conv2d_in_tile(const StepSpec& step, const WinogradTile& tile);

/// What Conv2d::winograd should be for a node of a graph on `device`: 4 or 2 where that should be faster by a good measure
/// than sums as they are defined (0).
std::int64_t best_winograd(const Graph& graph, const Node& node, const DeviceProfile& device);

}  // namespace abut::ops
