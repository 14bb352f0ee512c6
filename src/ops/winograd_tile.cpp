// SPDX-License-Identifier: Apache-2.0
#include "ops/winograd_tile.hpp"

#include <algorithm>
#include <limits>
#include <variant>

#include "graph/winograd_kernels.hpp"
#include "ops/conv2d_problem.hpp"

namespace abut::ops {
namespace {

/// Of the nearest two caches, for the points and sums of a work-item; weights stream through the rest.
constexpr std::int64_t most_private_bytes = 384 << 10;
/// Of the nearest cache, for the points.
constexpr std::int64_t nearest_points_bytes = 40 << 10;

/// Pixels of a row of squares.
std::int64_t row_pixels(const WinogradFilter& filter, std::int64_t columns) {
    return filter.rows.points() * (columns * filter.columns.results + filter.columns.taps - 1);
}

std::int64_t private_bytes(const WinogradFilter& filter, const WinogradTile& tile) {
    const std::int64_t panel = row_pixels(filter, tile.columns) * tile.chunk;
    const std::int64_t of_square = filter.points() * (tile.chunk + tile.products.blocks * tile.products.lanes());
    return (panel + tile.products.columns() * of_square) * element_bytes;
}

/// Half cycles, as WindowCosts.
struct WinogradCosts {
    double pack = 0;       ///< to bring a register of input into the panel
    double start = 0;      ///< of a tile
    double transform = 0;  ///< of a register of channels of a square
    double inverse = 0;    ///< of a register of output channels of a square
    double sum = 0;        ///< to clear a register of sums, add to it and read it
    double far_point = 0;  ///< to read a byte of points that the nearest cache doesn't hold
};

/// Of the transform of a square's pixels: what it computes in both dimensions, reads and writes.
std::int64_t transform_instructions(const WinogradFilter& filter) {
    return filter.columns.points() * pixel_instructions(filter.rows) +
           filter.rows.points() * pixel_instructions(filter.columns) + 2 * filter.points();
}

/// By abut_window_times, as costs_of().
WinogradCosts winograd_costs(const WinogradFilter& filter, const DeviceProfile& device) {
    const auto instructions = static_cast<double>(transform_instructions(filter));
    const bool spills = filter.points() > device.vector_registers;
    if (registers_a_vector(device) > 1) {
        const double transform = (spills ? 0.51 : 0.55) * instructions;
        return {.pack = 3, .start = 400, .transform = transform, .inverse = transform};
    }
    const double transform = (spills ? 1.8 : 1.25) * instructions;
    return {.pack = 9.3, .start = 460, .transform = transform, .sum = 30, .far_point = 0.083};
}

/// Of a tile: its pixels into the panel, from there to points, and the sums back.
double move_cycles(const WindowProblem& problem, const WinogradTile& tile, const WinogradCosts& costs,
                   std::int64_t registers) {
    const WinogradFilter filter = winograd_filter(problem, tile.outputs);
    const std::int64_t squares = tile.rows * tile.columns;
    const std::int64_t channel_vectors = divided_up(problem.channels, vector_lanes);
    const std::int64_t packed = tile.rows * row_pixels(filter, tile.columns) * channel_vectors;
    const std::int64_t out_vectors = tile.products.blocks * tile.products.vectors;
    const std::int64_t sums = filter.points() * tile.products.columns() * out_vectors;
    return static_cast<double>(registers) *
           (costs.pack * static_cast<double>(packed) + costs.transform * static_cast<double>(squares * channel_vectors) +
            costs.inverse * static_cast<double>(squares * out_vectors) + costs.sum * static_cast<double>(sums));
}

/// Of a tile's squares times one row of weights.
double product_cycles(const WinogradFilter& filter, const WinogradTile& tile, const WinogradCosts& costs,
                      std::int64_t registers) {
    const WindowTile& products = tile.products;
    const std::int64_t point_bytes = filter.points() * products.columns() * tile.chunk * element_bytes;
    const std::int64_t far_bytes = point_bytes > nearest_points_bytes ? products.columns() * element_bytes : 0;
    return static_cast<double>(products.parts) * multiply_cycles(products.width, products.vectors, registers) +
           costs.far_point * static_cast<double>(far_bytes);
}

/// Calls consider(extent) for every extent, at most `most`, that cuts `all` into equal shares but for the last.
template <class Consider>
void consider_extents(std::int64_t all, std::int64_t most, const Consider& consider) {
    std::int64_t last = 0;
    for (std::int64_t shares = divided_up(all, most); shares <= all; ++shares) {
        const std::int64_t extent = divided_up(all, shares);
        if (extent != last) consider(extent);
        last = extent;
    }
}

/// Calls consider(tile) for every shape of the squares.
template <class Consider>
void consider_squares(const WindowProblem& problem, std::int64_t outputs, const Consider& consider) {
    const WinogradFilter filter = winograd_filter(problem, outputs);
    // Strips have few points each, so that more of them have room.
    const std::int64_t most_squares = filter.rows.taps == 1 || filter.columns.taps == 1 ? 160 : 64;
    const std::int64_t all_rows = divided_up(problem.rows.out, filter.rows.results);
    consider_extents(divided_up(problem.columns.out, filter.columns.results), most_squares, [&](std::int64_t columns) {
        consider_extents(all_rows, most_squares / columns, [&](std::int64_t rows) {
            consider(WinogradTile{.outputs = outputs, .rows = rows, .columns = columns});
        });
    });
}

/// Calls consider(tile) for the ways to multiply the squares of `tile` that keep their sums in registers.
template <class Consider>
void consider_products(const WindowProblem& problem, WinogradTile tile, const DeviceProfile& device,
                       const Consider& consider) {
    constexpr std::int64_t most_vectors = 4;
    const std::int64_t squares = tile.rows * tile.columns;
    for (std::int64_t vectors = 1; vectors <= most_vectors; ++vectors) {
        const std::int64_t most_width = std::max<std::int64_t>(most_pixels(vectors, device), vectors == 1 ? 1 : 0);
        if (most_width <= 0) break;
        tile.products = {.height = 1, .width = 1, .vectors = vectors, .parts = divided_up(squares, most_width)};
        tile.products.width = divided_up(squares, tile.products.parts);
        const std::int64_t all_blocks = divided_up(problem.out_channels, tile.products.lanes());
        for (tile.products.blocks = 1; tile.products.blocks <= all_blocks; tile.products.blocks *= 2) {
            if (private_bytes(winograd_filter(problem, tile.outputs), tile) > most_private_bytes) break;
            consider(tile);
        }
    }
}

}  // namespace

bool takes_winograd(const WindowProblem& problem, std::int64_t outputs) {
    const auto has_steps_of_one = [](const WindowAxis& axis) { return axis.stride == 1 && axis.dilation == 1; };
    return has_steps_of_one(problem.rows) && has_steps_of_one(problem.columns) &&
           fits_winograd({problem.rows.kernel, problem.columns.kernel}, outputs);
}

WinogradFilter winograd_filter(const WindowProblem& problem, std::int64_t outputs) {
    return winograd_filter(problem.rows.kernel, problem.columns.kernel, outputs);
}

std::int64_t winograd_ranges(const WindowProblem& problem, const WinogradTile& tile) {
    return divided_up(divided_up(problem.out_channels, tile.products.lanes()), tile.products.blocks);
}

std::int64_t winograd_tiles(const WindowProblem& problem, const WinogradTile& tile) {
    const WinogradFilter filter = winograd_filter(problem, tile.outputs);
    return divided_up(problem.rows.out, filter.rows.results * tile.rows) *
           divided_up(problem.columns.out, filter.columns.results * tile.columns) * problem.images * problem.groups *
           winograd_ranges(problem, tile);
}

double winograd_cycles(const WindowProblem& problem, const WinogradTile& tile, const DeviceProfile& device) {
    const WindowTile& products = tile.products;
    const WinogradFilter filter = winograd_filter(problem, tile.outputs);
    const WinogradCosts costs = winograd_costs(filter, device);
    const std::int64_t points = filter.points();
    const std::int64_t weight_bytes = points * problem.groups * problem.channels * problem.out_channels * element_bytes;
    const std::int64_t rows_of_weights = points * products.blocks * problem.channels;
    const std::int64_t range_bytes = rows_of_weights * products.lanes() * element_bytes;
    const std::int64_t ranges = winograd_ranges(problem, tile);
    const WeightBytes weights{
        .all = weight_bytes, .range = range_bytes, .comes_again = winograd_tiles(problem, tile) > ranges * problem.groups};
    const double multiply =
        with_weights(static_cast<double>(rows_of_weights) * product_cycles(filter, tile, costs, registers_a_vector(device)),
                     static_cast<double>(range_bytes), weights, device);
    const double one = costs.start + move_cycles(problem, tile, costs, registers_a_vector(device)) + multiply;
    return turns(winograd_tiles(problem, tile), device) * one + first_weight_cycles(weight_bytes, ranges, device);
}

void consider_winograd_tiles(const WindowProblem& problem, std::int64_t outputs, const DeviceProfile& device,
                             const std::function<void(const WinogradTile&)>& consider) {
    consider_squares(problem, outputs, [&](WinogradTile tile) {
        for (const std::int64_t chunk : {64, 32}) {
            tile.chunk = std::min(chunk, rounded_up(problem.channels, vector_lanes));
            consider_products(problem, tile, device, consider);
        }
    });
}

WinogradTile choose_winograd_tile(const WindowProblem& problem, std::int64_t outputs, const DeviceProfile& device) {
    WinogradTile best{.outputs = outputs};
    double least = std::numeric_limits<double>::infinity();
    consider_winograd_tiles(problem, outputs, device, [&](const WinogradTile& tile) {
        const double cycles = winograd_cycles(problem, tile, device);
        if (cycles >= least) return;
        least = cycles;
        best = tile;
    });
    return best;
}

std::int64_t best_winograd(const Graph& graph, const Node& node, const DeviceProfile& device) {
    constexpr double worth_it = 0.93;  // of the time
    const auto shape = [&](ValueId value) { return graph.value(value).shape; };
    const auto problem = convolution_extents(std::get<Conv2d>(node.operation), shape(node.inputs[0]), shape(node.inputs[1]),
                                             shape(node.outputs[0]));
    const bool is_wide = problem.channels >= vector_lanes && problem.out_channels >= vector_lanes;
    if (device.kernels != KernelFamily::Cpu || !is_wide) return 0;
    double least = worth_it * tile_cycles(problem, choose_tile(problem, device), device);
    std::int64_t best = 0;
    for (const std::int64_t outputs : {2, 4}) {
        if (!takes_winograd(problem, outputs)) continue;
        const double cycles = winograd_cycles(problem, choose_winograd_tile(problem, outputs, device), device);
        if (cycles >= least) continue;
        least = cycles;
        best = outputs;
    }
    return best;
}

}  // namespace abut::ops
