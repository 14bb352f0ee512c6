// SPDX-License-Identifier: Apache-2.0
#include "ops/window_tile.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace abut::ops {
namespace {

/// Pixels that a tile of 1 to 4 vectors may have: 32 registers hold the sums, a row of weights and a pixel.
constexpr std::array<std::int64_t, 4> most_pixels{24, 14, 9, 6};

/// Cycles of one k for a tile: multiply-adds, and loads of weights and pixels.
double step_cycles(std::int64_t pixels, std::int64_t vectors) {
    const auto products = static_cast<double>(pixels * vectors);
    const auto loads = static_cast<double>(pixels + vectors);
    return std::max({products, loads, 8.0}) + 0.1 * loads;
}

/// Steps that share a variant must choose alike: a depth that is an argument counts as this many channels.
constexpr std::int64_t typical_depth = 256;

/// Cycles to bring one input vector into the panel.
constexpr double pack_cycles = 3;
constexpr double tile_cycles = 200;

double estimated_cycles(const WindowProblem& problem, const WindowTile& tile, std::int64_t cores) {
    const std::int64_t all_blocks = divided_up(problem.out_channels, tile.vectors * vector_lanes);
    const std::int64_t pixel_tiles = divided_up(problem.rows.out, tile.height) *
                                     divided_up(problem.columns.out, tile.width) * problem.images * problem.groups;
    const std::int64_t ranges = divided_up(all_blocks, tile.blocks);
    const std::int64_t channels = has_dynamic_depth(problem) ? typical_depth : problem.channels;
    const auto depth = static_cast<double>(channels * problem.rows.kernel * problem.columns.kernel);
    const std::int64_t panel_rows = (tile.height - 1) * problem.rows.stride + problem.rows.kernel;
    const std::int64_t panel_columns = (tile.width - 1) * problem.columns.stride + problem.columns.kernel;
    const double pack = pack_cycles * static_cast<double>(panel_rows * panel_columns * divided_up(channels, vector_lanes));
    const double block = depth * step_cycles(tile.height * tile.width, tile.vectors) +
                         4.0 * static_cast<double>(tile.height * tile.width * tile.vectors);
    const double one = tile_cycles + pack + static_cast<double>(tile.blocks) * block;
    return static_cast<double>(divided_up(pixel_tiles * ranges, cores)) * one;
}

}  // namespace

WindowTile choose_tile(const WindowProblem& problem, std::int64_t cores) {
    constexpr std::int64_t most_blocks = 16;
    WindowTile best;
    double least = std::numeric_limits<double>::infinity();
    for (std::int64_t vectors = 1; vectors <= 4; ++vectors) {
        const std::int64_t all_blocks = divided_up(problem.out_channels, vectors * vector_lanes);
        const std::int64_t pixels = most_pixels[static_cast<std::size_t>(vectors - 1)];
        for (std::int64_t height = 1; height <= std::min(pixels, problem.rows.out); ++height) {
            // Rows of a tile share input rows, which must then follow one another.
            if (height > 1 && problem.rows.dilation > 1) break;
            for (std::int64_t width = 1; width <= std::min(pixels / height, problem.columns.out); ++width) {
                for (std::int64_t blocks = 1; blocks <= std::min(all_blocks, most_blocks); blocks *= 2) {
                    const WindowTile tile{.height = height, .width = width, .vectors = vectors, .blocks = blocks};
                    const double cycles = estimated_cycles(problem, tile, cores);
                    if (cycles >= least) continue;
                    least = cycles;
                    best = tile;
                }
            }
        }
    }
    return best;
}

WindowTile tile_of_registers(std::int64_t columns, std::int64_t out_channels) {
    const std::int64_t vectors = std::min<std::int64_t>(2, divided_up(out_channels, vector_lanes));
    const std::int64_t most = most_pixels[static_cast<std::size_t>(vectors - 1)];
    return {.height = 1, .width = divided_up(columns, divided_up(columns, most)), .vectors = vectors, .blocks = 1};
}

}  // namespace abut::ops
