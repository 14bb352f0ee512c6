// SPDX-License-Identifier: Apache-2.0
#include "ops/window_tile.hpp"

#include <algorithm>
#include <limits>

namespace abut::ops {
namespace {

/// Steps that differ in depth alone should share a variant, so they choose alike: such a depth counts as this many channels.
constexpr std::int64_t typical_depth = 256;

/// Half cycles, since a core does two multiply-adds or loads in one.
struct WindowCosts {
    double pack = 0;       ///< to bring a register of input into the panel
    double start = 0;      ///< of a tile
    double far_panel = 0;  ///< to multiply by a byte of the panel where the nearest cache doesn't hold panel and sums
};

/// By abut_window_times on a core of each kind: of 32-byte registers with a fast outer cache, of 64-byte registers with a
/// slow one.
WindowCosts costs_of(const DeviceProfile& device) {
    if (registers_a_vector(device) > 1) return {.pack = 3, .start = 200};
    return {.pack = 9.3, .start = 460, .far_panel = 0.04};
}

/// To bring so many rows and columns of the input into a tile's panel.
double pack_cycles(const WindowProblem& problem, std::int64_t rows, std::int64_t columns, std::int64_t channels,
                   const DeviceProfile& device) {
    const std::int64_t registers = registers_a_vector(device);
    if (!reduction_order(problem).channels_before_columns)
        return costs_of(device).pack * static_cast<double>(registers * rows * columns * divided_up(channels, vector_lanes));
    // Lanes are columns. A row of a channel may have edges, where elements are brought one by one.
    constexpr double of_vector = 6;
    constexpr double of_row = 60;
    return static_cast<double>(rows * channels) *
           (of_row + of_vector * static_cast<double>(registers * divided_up(columns, vector_lanes)));
}

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

double turns(std::int64_t tiles, const DeviceProfile& device) {
    return static_cast<double>(divided_up(tiles, std::max(device.compute_units, 1))) + 0.5;
}

double with_weights(double multiply, double bytes, const WeightBytes& weights, const DeviceProfile& device) {
    constexpr std::int64_t shared_cache_bytes = 8 << 20;
    if (registers_a_vector(device) > 1) return multiply + bytes / (weights.all <= shared_cache_bytes ? 16 : 5);
    const double near = multiply + bytes / 64;
    // Of the core's outer cache, which also holds pixels and results.
    constexpr std::int64_t core_cache_bytes = 5 << 18;
    constexpr double far_speed = 3.5;
    return weights.comes_again && weights.range > core_cache_bytes ? std::max(near, bytes / far_speed) : near;
}

double first_weight_cycles(std::int64_t bytes, std::int64_t ranges, const DeviceProfile& device) {
    if (registers_a_vector(device) > 1) return 0;
    constexpr double cycles_a_byte = 0.3;
    // Cores take tiles in their order, so each has ranges of its own where there are several.
    const std::int64_t shares = std::min<std::int64_t>(ranges, std::max(device.compute_units, 1));
    return cycles_a_byte * static_cast<double>(divided_up(bytes, shares));
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
    const WindowCosts costs = costs_of(device);
    const double pack = pack_cycles(problem, panel_rows, panel_columns, channels, device);
    const std::int64_t sums = tile.parts * tile.blocks * tile.height * tile.width * tile.lanes();
    const std::int64_t held_bytes = (panel_rows * panel_columns * channels + sums) * element_bytes;
    constexpr std::int64_t nearest_cache_bytes = 32 << 10;
    const double far_bytes =
        held_bytes > nearest_cache_bytes ? depth * static_cast<double>(tile.height * tile.width * element_bytes) : 0;
    const double part = depth * multiply_cycles(tile.height * tile.width, tile.vectors, registers) +
                        costs.far_panel * far_bytes +
                        4.0 * static_cast<double>(registers * tile.height * tile.width * tile.vectors);
    const std::int64_t weight_bytes =
        problem.groups * channels * problem.rows.kernel * problem.columns.kernel * problem.out_channels * element_bytes;
    const double block_bytes = depth * static_cast<double>(tile.lanes() * element_bytes);
    const WeightBytes weights{.all = weight_bytes,
                              .range = static_cast<std::int64_t>(block_bytes) * tile.blocks,
                              .comes_again = pixel_tiles > problem.groups};
    const double block = with_weights(static_cast<double>(tile.parts) * part, block_bytes, weights, device);
    const double one = costs.start + pack + static_cast<double>(tile.blocks) * block;
    return turns(pixel_tiles * ranges, device) * one + first_weight_cycles(weight_bytes, ranges, device);
}

void consider_tiles(const WindowProblem& problem, const DeviceProfile& device,
                    const std::function<void(const WindowTile&)>& consider) {
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
}

WindowTile choose_tile(const WindowProblem& problem, const DeviceProfile& device) {
    WindowTile best;
    double least = std::numeric_limits<double>::infinity();
    consider_tiles(problem, device, [&](const WindowTile& tile) {
        const double cycles = tile_cycles(problem, tile, device);
        if (cycles >= least) return;
        least = cycles;
        best = tile;
    });
    return best;
}

WindowTile tile_of_registers(std::int64_t columns, std::int64_t out_channels, const DeviceProfile& device) {
    const std::int64_t widest = registers_a_vector(device) == 1 ? 2 : 1;
    const std::int64_t vectors = std::min(widest, divided_up(out_channels, vector_lanes));
    const std::int64_t most = std::max<std::int64_t>(most_pixels(vectors, device), 1);
    return {.height = 1, .width = divided_up(columns, divided_up(columns, most)), .vectors = vectors, .blocks = 1};
}

}  // namespace abut::ops
