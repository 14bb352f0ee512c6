// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>

#include "abut/device_profile.hpp"
#include "ops/tile.hpp"
#include "ops/window_problem.hpp"

namespace abut::ops {

/// Registers that a vector of 16 lanes takes on `device`.
std::int64_t registers_a_vector(const DeviceProfile& device);

/// Calls consider(tile) for `tile` with every number of blocks and parts that a work-item may have, in a row of `columns`.
template <class Consider>
void consider_shares(const WindowProblem& problem, std::int64_t columns, WindowTile tile, const Consider& consider) {
    constexpr std::int64_t most_blocks = 16;
    constexpr std::int64_t most_parts = 16;
    const std::int64_t all_blocks = divided_up(problem.out_channels, tile.lanes());
    const std::int64_t all_parts = divided_up(columns, tile.width);
    for (tile.parts = 1; tile.parts <= std::min(all_parts, most_parts); ++tile.parts) {
        for (tile.blocks = 1; tile.blocks <= std::min(all_blocks, most_blocks); tile.blocks *= 2) consider(tile);
    }
}

/// Pixels that a tile of so many vectors of sums may have in registers.
std::int64_t most_pixels(std::int64_t vectors, const DeviceProfile& device);

// Time is counted in half cycles: a core does two multiply-adds, or two loads, in one cycle.

/// Of one k for a tile of registers.
double multiply_cycles(std::int64_t pixels, std::int64_t vectors, std::int64_t registers);

/// How many of so many tiles a core computes one after another. Cores begin at different times: the last waits for half a
/// tile of another, on average.
double turns(std::int64_t tiles, const DeviceProfile& device);

/// Weights of a step, in bytes.
struct WeightBytes {
    std::int64_t all = 0;
    std::int64_t range = 0;    ///< of the output channels of one tile
    bool comes_again = false;  ///< other tiles read the same range
};

/// `multiply` half cycles of work on `bytes` of those weights, with the time in which they come to a core.
double with_weights(double multiply, double bytes, const WeightBytes& weights, const DeviceProfile& device);

/// Until all weights have come to the cores for the first time, where tiles run over `ranges` ranges of output channels.
double first_weight_cycles(std::int64_t bytes, std::int64_t ranges, const DeviceProfile& device);

/// What `problem` should take on all of the device's cores.
double tile_cycles(const WindowProblem& problem, const WindowTile& tile, const DeviceProfile& device);

/// Calls consider(tile) for every tile of which choose_tile chooses.
void consider_tiles(const WindowProblem& problem, const DeviceProfile& device,
                    const std::function<void(const WindowTile&)>& consider);

/// The tile that should take the least time on all of the device's cores, by that count.
WindowTile choose_tile(const WindowProblem& problem, const DeviceProfile& device);

/// The widest tile of one row that keeps its sums in registers: for `columns` pixels and `out_channels`.
WindowTile tile_of_registers(std::int64_t columns, std::int64_t out_channels, const DeviceProfile& device);

}  // namespace abut::ops
