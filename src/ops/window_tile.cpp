// SPDX-License-Identifier: Apache-2.0
#include "ops/window_tile.hpp"

#include <algorithm>
#include <limits>

namespace abut::ops {
namespace {

/// Steps that share a variant must choose alike: a depth that is an argument counts as this many channels.
constexpr std::int64_t typical_depth = 256;

/// Cycles to bring one input vector into the panel.
constexpr double pack_cycles = 3;
constexpr double start_cycles = 200;
/// Bytes of weights that come from the outer caches in a cycle; a tile's parts after the first find them in the nearest.
constexpr double streamed_bytes = 16;

}  // namespace

std::int64_t registers_a_vector(const DeviceProfile& device) {
    constexpr std::int64_t vector_bytes = vector_lanes * static_cast<std::int64_t>(sizeof(float));
    return divided_up(vector_bytes, std::max(device.vector_bytes, 1));
}

std::int64_t most_pixels(std::int64_t vectors, const DeviceProfile& device) {
    constexpr std::int64_t most = 24;
    // Registers hold the sums, a row of weights, a pixel, and where there are many what the compiler loads ahead.
    const std::int64_t held = (device.vector_registers - device.vector_registers / 10) / registers_a_vector(device);
    return std::min(most, (held - vectors) / vectors);
}

double multiply_cycles(std::int64_t pixels, std::int64_t vectors, std::int64_t registers) {
    // Multiply-adds, and loads of weights and pixels.
    const auto products = static_cast<double>(pixels * vectors * registers);
    const auto loads = static_cast<double>(pixels + vectors * registers);
    return std::max({products, loads, 9.5}) + 0.1 * loads;
}

double tile_cycles(const WindowProblem& problem, const WindowTile& tile, const DeviceProfile& device) {
    const std::int64_t registers = registers_a_vector(device);
    const std::int64_t all_blocks = divided_up(problem.out_channels, tile.vectors * vector_lanes);
    const std::int64_t pixel_tiles = divided_up(problem.rows.out, tile.height) *
                                     divided_up(problem.columns.out, tile.columns()) * problem.images * problem.groups;
    const std::int64_t ranges = divided_up(all_blocks, tile.blocks);
    const std::int64_t channels = has_dynamic_depth(problem) ? typical_depth : problem.channels;
    const auto depth = static_cast<double>(channels * problem.rows.kernel * problem.columns.kernel);
    const std::int64_t panel_rows = (tile.height - 1) * problem.rows.stride + problem.rows.kernel;
    const std::int64_t panel_columns = (tile.columns() - 1) * problem.columns.stride + problem.columns.kernel;
    const double pack =
        pack_cycles * static_cast<double>(registers * panel_rows * panel_columns * divided_up(channels, vector_lanes));
    const double part = depth * multiply_cycles(tile.height * tile.width, tile.vectors, registers) +
                        4.0 * static_cast<double>(registers * tile.height * tile.width * tile.vectors);
    const double stream = depth * static_cast<double>(tile.lanes() * std::int64_t{sizeof(float)}) / streamed_bytes;
    const double block = static_cast<double>(tile.parts) * part + stream;
    const double one = start_cycles + pack + static_cast<double>(tile.blocks) * block;
    // Cores begin at different times: the last waits for half a tile of another, on average.
    const auto turns = static_cast<double>(divided_up(pixel_tiles * ranges, std::max(device.compute_units, 1)));
    return (turns + 0.5) * one;
}

WindowTile choose_tile(const WindowProblem& problem, const DeviceProfile& device) {
    WindowTile best;
    double least = std::numeric_limits<double>::infinity();
    const auto consider = [&](const WindowTile& tile) {
        const double cycles = tile_cycles(problem, tile, device);
        if (cycles >= least) return;
        least = cycles;
        best = tile;
    };
    for (std::int64_t vectors = 1; vectors <= 4; ++vectors) {
        const std::int64_t pixels = std::max<std::int64_t>(most_pixels(vectors, device), vectors == 1 ? 1 : 0);
        for (std::int64_t height = 1; height <= std::min(pixels, problem.rows.out); ++height) {
            // Rows of a tile share input rows, which must then follow one another.
            if (height > 1 && problem.rows.dilation > 1) break;
            for (std::int64_t width = 1; width <= std::min(pixels / height, problem.columns.out); ++width) {
                consider_shares(problem, problem.columns.out, {.height = height, .width = width, .vectors = vectors},
                                consider);
            }
        }
    }
    return best;
}

WindowTile tile_of_registers(std::int64_t columns, std::int64_t out_channels, const DeviceProfile& device) {
    const std::int64_t widest = registers_a_vector(device) == 1 ? 2 : 1;
    const std::int64_t vectors = std::min(widest, divided_up(out_channels, vector_lanes));
    const std::int64_t most = std::max<std::int64_t>(most_pixels(vectors, device), 1);
    return {.height = 1, .width = divided_up(columns, divided_up(columns, most)), .vectors = vectors, .blocks = 1};
}

}  // namespace abut::ops
