// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "abut/device_profile.hpp"
#include "ops/lower.hpp"
#include "ops/window_problem.hpp"

namespace abut::ops {

// The tile of a step: its own where that is one of the kernel's, else the estimate's.
WindowTile window_tile_of(const StepSpec& step, const WindowProblem& problem, const DeviceProfile& device);
WinogradTile winograd_tile_of(const StepSpec& step, const WindowProblem& problem, std::int64_t outputs,
                              const DeviceProfile& device);
GroupTile group_tile_of(const StepSpec& step, const GroupProblem& problem, const DeviceProfile& device);

/// All that a tile of kernels/cpu/ is chosen by, as text: the kernel and its extents, whatever the views. Empty for steps
/// that have no such choice: other operations, depth-wise convolutions, kernels of work-groups. Throws as lower().
std::string tile_problem(const StepSpec& step, const DeviceProfile& device);

/// The tile that is estimated to be the fastest for a step with a tile_problem(), and behind it others that are worth a
/// measurement, the best first: `most` in all, no two of the same registers. Whichever computes the step, the bits are
/// the same.
std::vector<Tile> tiles_to_measure(const StepSpec& step, const DeviceProfile& device, std::size_t most);

/// Tiles by tile_problem(), on one device.
using TileTable = std::map<std::string, Tile>;

/// The step in the tile that the table has for it, if any; one that the kernel could not have is left out.
StepSpec in_tile_of(const TileTable& tiles, StepSpec step, const DeviceProfile& device);

/// "14 x 1 pixels of 32 channels, 2 x 4", the last being parts and blocks.
std::string to_string(const Tile& tile);

}  // namespace abut::ops
