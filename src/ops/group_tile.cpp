// SPDX-License-Identifier: Apache-2.0
#include "ops/group_tile.hpp"

#include <algorithm>
#include <limits>

#include "ops/packing.hpp"

namespace abut::ops {
namespace {

/// Of the 78 tiles that bench/tile_times.cpp measured on an H100 for 23 layers those that leave the least to be gained:
/// the best of them takes 1.002 times as long as the best of all, in the geometric mean.
constexpr GroupTile tiles[] = {
    {.pixels = 128, .channels = 64, .item_pixels = 8, .item_channels = 4, .chunk = 16},
    {.pixels = 32, .channels = 128, .item_pixels = 4, .item_channels = 8, .chunk = 16},
    {.pixels = 32, .channels = 128, .item_pixels = 8, .item_channels = 8, .chunk = 32, .split = 2},
    {.pixels = 16, .channels = 128, .item_pixels = 8, .item_channels = 8, .chunk = 32, .split = 4},
    {.pixels = 32, .channels = 64, .item_pixels = 8, .item_channels = 4, .chunk = 32, .split = 2},
    {.pixels = 16, .channels = 64, .item_pixels = 8, .item_channels = 4, .chunk = 32, .split = 4},
    {.pixels = 16, .channels = 64, .item_pixels = 4, .item_channels = 4, .chunk = 32, .split = 4},
    {.pixels = 32, .channels = 32, .item_pixels = 8, .item_channels = 4, .chunk = 32, .split = 4},
    {.pixels = 16, .channels = 32, .item_pixels = 4, .item_channels = 4, .chunk = 32, .split = 4},
};

constexpr std::int64_t row_padding = 4;  // X_PITCH of window.cl
constexpr std::int64_t warp_items = 32;

/// Groups that a unit holds at once: an H100's registers, local memory and work-items.
std::int64_t resident_groups(const GroupTile& tile) {
    constexpr std::int64_t unit_registers = 65536;
    constexpr std::int64_t unit_local_bytes = 228 * 1024;
    constexpr std::int64_t unit_items = 2048;
    constexpr std::int64_t other_registers = 40;  // of an item: addresses, counters
    constexpr std::int64_t other_local_bytes = 1024;
    const std::int64_t sums = tile.item_pixels * tile.item_channels;
    const std::int64_t registers = sums + tile.item_pixels + tile.item_channels + other_registers;
    const auto local_bytes = tile.local_floats() * std::int64_t{sizeof(float)} + other_local_bytes;
    const auto most = std::min(unit_registers / (tile.items() * registers), unit_local_bytes / local_bytes);
    return std::max<std::int64_t>(std::min(most, unit_items / tile.items()), 1);
}

/// Cycles that all groups of `tile` take on the busiest unit. A unit's four schedulers begin an instruction of a warp in a
/// cycle; a group waits for memory from one chunk to the next, while the others of its unit work. The constants are those
/// whose choices were the fastest in the times of an H100 (the mean 1.019 times the best tile, the most 1.12).
double estimated_cycles(const GroupProblem& problem, const GroupTile& tile, const DeviceProfile& device) {
    constexpr double schedulers = 4;
    constexpr double chunk_wait = 250;  // loads, two barriers
    constexpr double wave_start = 200;  // first loads, stores
    constexpr double load_cost = 1.5;   // of a load from local memory, in multiplications
    constexpr double fetch_cost = 10;   // of an element's way from memory to local memory
    constexpr double step_cost = 0.6;   // of the loop, for each step of the depth
    const auto units = std::max<std::int64_t>(device.compute_units, 1);
    const std::int64_t groups = std::max<std::int64_t>(divided_up(group_tiles(problem, tile), units), 1);
    const std::int64_t resident = std::min(groups, resident_groups(tile));
    const auto warps = static_cast<double>(tile.items()) / warp_items;
    const auto sums = static_cast<double>(tile.item_pixels * tile.item_channels);
    const auto loads = static_cast<double>(tile.item_pixels + tile.item_channels);
    const auto fetched = static_cast<double>(tile.chunk * (tile.pixels + tile.channels));
    const double work =
        static_cast<double>(tile.chunk) / static_cast<double>(tile.split) * (sums + load_cost * loads + step_cost);
    const double fetch = fetch_cost * fetched / static_cast<double>(tile.items());
    const auto chunks = static_cast<double>(divided_up(std::max<std::int64_t>(problem.depth, 1), tile.chunk));
    const auto wave = [&](std::int64_t held) {
        const double busy = std::max(1.0, static_cast<double>(held) * warps / schedulers);
        return chunks * std::max(chunk_wait + work, busy * (work + fetch)) + wave_start;
    };
    const std::int64_t whole_waves = groups / resident;
    const std::int64_t rest = groups % resident;
    return static_cast<double>(whole_waves) * wave(resident) + (rest > 0 ? wave(rest) : 0.0);
}

}  // namespace

std::int64_t GroupTile::local_floats() const {
    const std::int64_t panels = chunk * (pixels + row_padding + channels);
    return split > 1 ? std::max(panels, split * pixels * channels) : panels;
}

std::int64_t group_tiles(const GroupProblem& problem, const GroupTile& tile) {
    return problem.planes * divided_up(problem.pixels, tile.pixels) * divided_up(problem.channels, tile.channels);
}

std::span<const GroupTile> choices_of_group_tile() {
    return tiles;
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
