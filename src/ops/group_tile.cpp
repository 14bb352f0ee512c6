// SPDX-License-Identifier: Apache-2.0
#include "ops/group_tile.hpp"

#include <algorithm>
#include <limits>

#include "ops/packing.hpp"

namespace abut::ops {
namespace {

constexpr GroupTile tiles[] = {
    {.pixels = 128, .channels = 128, .item_pixels = 8, .item_channels = 8, .chunk = 16},
    {.pixels = 128, .channels = 64, .item_pixels = 8, .item_channels = 4, .chunk = 16},
    {.pixels = 128, .channels = 32, .item_pixels = 8, .item_channels = 4, .chunk = 16},
    {.pixels = 64, .channels = 64, .item_pixels = 4, .item_channels = 4, .chunk = 16},
    {.pixels = 64, .channels = 32, .item_pixels = 4, .item_channels = 4, .chunk = 16},
    {.pixels = 64, .channels = 32, .item_pixels = 4, .item_channels = 4, .chunk = 32, .split = 2},
    {.pixels = 32, .channels = 32, .item_pixels = 4, .item_channels = 4, .chunk = 32, .split = 4},
    {.pixels = 16, .channels = 32, .item_pixels = 4, .item_channels = 4, .chunk = 32, .split = 4},
};

constexpr std::int64_t row_padding = 4;  // X_PITCH of window.cl

/// Cycles that all groups of `tile` take: what the busiest unit multiplies, or what its groups wait for memory.
double estimated_cycles(const GroupProblem& problem, const GroupTile& tile, const DeviceProfile& device) {
    constexpr double lanes = 128;         // multiplications a unit begins each cycle
    constexpr double chunk_wait = 700;    // from one chunk to the next: loads, two barriers
    constexpr double start = 1500;        // launch, first loads, stores
    constexpr std::int64_t resident = 4;  // groups of a unit that wait side by side
    const auto units = std::max<std::int64_t>(device.compute_units, 1);
    const auto groups_a_unit = divided_up(group_tiles(problem, tile), units);
    const auto depth = static_cast<double>(rounded_up(std::max<std::int64_t>(problem.depth, 1), tile.chunk));
    // Loads from local memory for each multiplication: more where a work-item has fewer sums.
    const auto loads = static_cast<double>(tile.item_pixels + tile.item_channels) /
                       static_cast<double>(tile.item_pixels * tile.item_channels);
    const double share = 1.0 / (1.0 + 1.5 * loads);
    const double work = depth * static_cast<double>(tile.pixels * tile.channels) / (lanes * share);
    const double wait = depth / static_cast<double>(tile.chunk) * chunk_wait;
    const auto turns = static_cast<double>(divided_up(groups_a_unit, resident));
    return std::max(static_cast<double>(groups_a_unit) * work, turns * (wait + start)) + work;
}

}  // namespace

std::int64_t GroupTile::local_floats() const {
    const std::int64_t panels = chunk * (pixels + row_padding + channels);
    return split > 1 ? std::max(panels, split * pixels * channels) : panels;
}

std::int64_t group_tiles(const GroupProblem& problem, const GroupTile& tile) {
    return problem.planes * divided_up(problem.pixels, tile.pixels) * divided_up(problem.channels, tile.channels);
}

GroupTile choose_group_tile(const GroupProblem& problem, const DeviceProfile& device) {
    GroupTile best;
    double least = std::numeric_limits<double>::infinity();
    for (const GroupTile& tile : tiles) {
        const double cycles = estimated_cycles(problem, tile, device);
        if (cycles >= least) continue;
        least = cycles;
        best = tile;
    }
    return best;
}

}  // namespace abut::ops
