// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>

#include "abut/device_profile.hpp"
#include "abut/graph.hpp"
#include "ops/window_tile.hpp"
#include "ops/winograd.hpp"

namespace abut::ops {

/// Whether the kernel computes such convolutions, `outputs` rows and columns of results at a time: see fits_winograd.
bool takes_winograd(const WindowProblem& problem, std::int64_t outputs);

WinogradFilter winograd_filter(const WindowProblem& problem, std::int64_t outputs);

/// What `problem` should take on all of the device's cores, in half cycles.
double winograd_cycles(const WindowProblem& problem, const WinogradTile& tile, const DeviceProfile& device);

/// Calls consider(tile) for every tile of which choose_winograd_tile chooses.
void consider_winograd_tiles(const WindowProblem& problem, std::int64_t outputs, const DeviceProfile& device,
                             const std::function<void(const WinogradTile&)>& consider);

/// The tile that should take the least time, by that count; `outputs` is 2 or 4.
WinogradTile choose_winograd_tile(const WindowProblem& problem, std::int64_t outputs, const DeviceProfile& device);

/// Ranges of output channels, of which a tile computes one.
std::int64_t winograd_ranges(const WindowProblem& problem, const WinogradTile& tile);

/// Work-items.
std::int64_t winograd_tiles(const WindowProblem& problem, const WinogradTile& tile);

/// What Conv2d::winograd should be for a node of a graph on `device`: 4 or 2 where that should be faster by a good measure
/// than sums as they are defined (0).
std::int64_t best_winograd(const Graph& graph, const Node& node, const DeviceProfile& device);

}  // namespace abut::ops
