// SPDX-License-Identifier: Apache-2.0
#include "ops/winograd_tile.hpp"

#include <algorithm>
#include <limits>
#include <variant>

#include "ops/conv2d_problem.hpp"
#include "ops/winograd.hpp"

namespace abut::ops {
namespace {

/// Of the nearest two caches, for the points and sums of a work-item; weights stream through the rest.
constexpr std::int64_t most_private_bytes = 320 << 10;

/// Columns of pixels under the squares.
std::int64_t panel_columns(const WinogradTile& tile) {
    return tile.squares.columns() * tile.outputs + 2;
}

std::int64_t private_bytes(const WindowProblem& problem, const WinogradTile& tile) {
    const std::int64_t points = winograd_points(tile.outputs);
    const std::int64_t chunk = winograd_chunk(problem);
    const std::int64_t of_square = points * points * (chunk + tile.squares.blocks * tile.squares.lanes());
    return (points * panel_columns(tile) * chunk + tile.squares.columns() * of_square) * element_bytes;
}

/// To transform 16 channels of a square, or 16 output channels back, where a register has 16 lanes.
double transform_cycles(std::int64_t outputs) {
    return outputs == 4 ? 110 : 35;
}

double cycles_of(const WindowProblem& problem, const WinogradTile& tile, const DeviceProfile& device) {
    constexpr double vector_cycles = 3;  // to bring one into the panel
    constexpr double start_of_tile_cycles = 400;
    constexpr double weight_bytes = 16;  // that come in a cycle
    const WindowTile& squares = tile.squares;
    const std::int64_t registers = registers_a_vector(device);
    const std::int64_t points = winograd_points(tile.outputs);
    const std::int64_t channel_vectors = divided_up(problem.channels, vector_lanes);
    const double pack = vector_cycles * static_cast<double>(registers * points * panel_columns(tile) * channel_vectors);
    const std::int64_t transformed = registers * squares.columns() * (channel_vectors + squares.blocks * squares.vectors);
    const double transforms = static_cast<double>(transformed) * transform_cycles(tile.outputs);
    const auto rows_of_weights = static_cast<double>(points * points * squares.blocks * problem.channels);
    const double multiply =
        rows_of_weights * static_cast<double>(squares.parts) * multiply_cycles(squares.width, squares.vectors, registers);
    const double stream = rows_of_weights * static_cast<double>(squares.lanes() * element_bytes) / weight_bytes;
    const auto turns = static_cast<double>(divided_up(winograd_tiles(problem, tile), std::max(device.compute_units, 1)));
    return (turns + 0.5) * (start_of_tile_cycles + pack + transforms + multiply + stream);
}

}  // namespace

bool takes_winograd(const WindowProblem& problem) {
    const auto fits = [](const WindowAxis& axis) { return axis.kernel == 3 && axis.stride == 1 && axis.dilation == 1; };
    return fits(problem.rows) && fits(problem.columns);
}

std::int64_t winograd_chunk(const WindowProblem& problem) {
    constexpr std::int64_t most = 64;
    return std::min(most, rounded_up(problem.channels, vector_lanes));
}

std::int64_t winograd_tiles(const WindowProblem& problem, const WinogradTile& tile) {
    const std::int64_t ranges = divided_up(divided_up(problem.out_channels, tile.squares.lanes()), tile.squares.blocks);
    return divided_up(problem.rows.out, tile.outputs) *
           divided_up(problem.columns.out, tile.outputs * tile.squares.columns()) * problem.images * problem.groups * ranges;
}

WinogradTile choose_winograd_tile(const WindowProblem& problem, std::int64_t outputs, const DeviceProfile& device) {
    constexpr std::int64_t most_vectors = 4;
    constexpr std::int64_t most_squares = 32;
    const std::int64_t in_a_row = divided_up(problem.columns.out, outputs);
    WinogradTile best{.outputs = outputs};
    double least = std::numeric_limits<double>::infinity();
    const auto consider = [&](const WindowTile& squares) {
        const WinogradTile tile{.outputs = outputs, .squares = squares};
        if (squares.columns() > most_squares || private_bytes(problem, tile) > most_private_bytes) return;
        const double cycles = cycles_of(problem, tile, device);
        if (cycles >= least) return;
        least = cycles;
        best = tile;
    };
    for (std::int64_t vectors = 1; vectors <= most_vectors; ++vectors) {
        const std::int64_t most_width = std::max<std::int64_t>(most_pixels(vectors, device), vectors == 1 ? 1 : 0);
        for (std::int64_t width = 1; width <= std::min(most_width, in_a_row); ++width)
            consider_shares(problem, in_a_row, {.height = 1, .width = width, .vectors = vectors}, consider);
    }
    return best;
}

std::int64_t best_winograd(const Graph& graph, const Node& node, const DeviceProfile& device) {
    constexpr double worth_it = 0.85;  // of the time
    const auto shape = [&](ValueId value) { return graph.value(value).shape; };
    const auto problem = convolution_extents(std::get<Conv2d>(node.operation), shape(node.inputs[0]), shape(node.inputs[1]),
                                             shape(node.outputs[0]));
    const bool is_wide = problem.channels >= vector_lanes && problem.out_channels >= vector_lanes;
    if (device.kernels != KernelFamily::Cpu || !is_wide || !takes_winograd(problem)) return 0;
    double least = worth_it * tile_cycles(problem, choose_tile(problem, device), device);
    std::int64_t best = 0;
    for (const std::int64_t outputs : {2, 4}) {
        const double cycles = cycles_of(problem, choose_winograd_tile(problem, outputs, device), device);
        if (cycles >= least) continue;
        least = cycles;
        best = outputs;
    }
    return best;
}

}  // namespace abut::ops
