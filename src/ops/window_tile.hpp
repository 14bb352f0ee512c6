// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "abut/device_profile.hpp"
#include "ops/window_problem.hpp"

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
};

/// Registers that a vector of 16 lanes takes on `device`.
std::int64_t registers_a_vector(const DeviceProfile& device);

/// Pixels that a tile of so many vectors of sums may have in registers.
std::int64_t most_pixels(std::int64_t vectors, const DeviceProfile& device);

/// Cycles of one k for a tile of registers.
double multiply_cycles(std::int64_t pixels, std::int64_t vectors, std::int64_t registers);

/// What `problem` should take on all of the device's cores, in cycles.
double tile_cycles(const WindowProblem& problem, const WindowTile& tile, const DeviceProfile& device);

/// The tile that should take the least time on all of the device's cores, by a count of cycles.
WindowTile choose_tile(const WindowProblem& problem, const DeviceProfile& device);

/// The widest tile of one row that keeps its sums in registers: for `columns` pixels and `out_channels`.
WindowTile tile_of_registers(std::int64_t columns, std::int64_t out_channels, const DeviceProfile& device);

}  // namespace abut::ops
