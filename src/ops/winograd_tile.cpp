// SPDX-License-Identifier: Apache-2.0
#include "ops/winograd_tile.hpp"

#include <algorithm>
#include <limits>
#include <variant>

#include "ops/window_tile.hpp"
#include "ops/winograd.hpp"

namespace abut::ops {
namespace {

/// Of the nearest two caches, for the points and sums of a work-item; weights stream through the rest.
constexpr std::int64_t most_private_bytes = 320 << 10;

std::int64_t private_bytes(const WindowProblem& problem, const WinogradTile& tile) {
    const std::int64_t points = winograd_points(tile.outputs);
    const std::int64_t chunk = winograd_chunk(problem);
    const std::int64_t panel = points * (tile.squares * tile.outputs + 2) * chunk;
    return (panel + points * points * tile.squares * (chunk + tile.blocks * tile.lanes())) * element_bytes;
}

/// Cycles to transform 16 channels of a square, and 16 output channels back, where a register has 16 lanes.
double pixel_transform_cycles(std::int64_t outputs) {
    return outputs == 4 ? 110 : 35;
}
double sum_transform_cycles(std::int64_t outputs) {
    return outputs == 4 ? 110 : 35;
}

double cycles_of(const WindowProblem& problem, const WinogradTile& tile, const DeviceProfile& device) {
    constexpr double vector_cycles = 3;
    constexpr double tile_cycles = 400;
    constexpr double weight_bytes = 16;  // that come in a cycle
    const std::int64_t registers = registers_a_vector(device);
    const std::int64_t points = winograd_points(tile.outputs);
    const std::int64_t channel_vectors = divided_up(problem.channels, vector_lanes);
    const auto per_register = static_cast<double>(registers);
    const auto squares = static_cast<double>(tile.squares);
    const double pack =
        vector_cycles * per_register * static_cast<double>(points * (tile.squares * tile.outputs + 2) * channel_vectors);
    const double transform =
        squares * static_cast<double>(channel_vectors) * per_register * pixel_transform_cycles(tile.outputs);
    const auto products = static_cast<double>(points * points * tile.blocks * problem.channels);
    const double multiply =
        products * (squares / static_cast<double>(tile.width)) * multiply_cycles(tile.width, tile.vectors, registers);
    const double stream = products * static_cast<double>(tile.lanes() * element_bytes) / weight_bytes;
    const double back =
        squares * static_cast<double>(tile.blocks * tile.vectors) * per_register * sum_transform_cycles(tile.outputs);
    const std::int64_t row_tiles = divided_up(problem.rows.out, tile.outputs);
    const std::int64_t column_tiles = divided_up(problem.columns.out, tile.outputs * tile.squares);
    const std::int64_t ranges = divided_up(divided_up(problem.out_channels, tile.lanes()), tile.blocks);
    const std::int64_t tiles = row_tiles * column_tiles * problem.images * problem.groups * ranges;
    const auto turns = static_cast<double>(divided_up(tiles, std::max(device.compute_units, 1)));
    return (turns + 0.5) * (tile_cycles + pack + transform + multiply + stream + back);
}

/// Extents of the node's convolution, without its views.
WindowProblem extents_of(const Graph& graph, const Node& node) {
    const auto& conv = std::get<Conv2d>(node.operation);
    const Shape& x = graph.value(node.inputs[0]).shape;
    const Shape& weights = graph.value(node.inputs[1]).shape;
    const Shape& y = graph.value(node.outputs[0]).shape;
    const auto axis = [&](std::size_t i) {
        const int of_image = static_cast<int>(i) + 2;
        return WindowAxis{.in = x[of_image],
                          .out = y[of_image],
                          .kernel = weights[of_image],
                          .stride = conv.strides[i],
                          .dilation = conv.dilations[i],
                          .pad = conv.pads[i]};
    };
    WindowProblem problem;
    problem.images = x[0];
    problem.groups = conv.groups;
    problem.channels = weights[1];
    problem.out_channels = weights[0] / conv.groups;
    problem.rows = axis(0);
    problem.columns = axis(1);
    return problem;
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

WinogradTile choose_winograd_tile(const WindowProblem& problem, std::int64_t outputs, const DeviceProfile& device) {
    constexpr std::int64_t most_vectors = 4;
    constexpr std::int64_t most_squares = 32;
    const std::int64_t in_a_row = divided_up(problem.columns.out, outputs);
    WinogradTile best{.outputs = outputs};
    double least = std::numeric_limits<double>::infinity();
    for (std::int64_t vectors = 1; vectors <= std::min(most_vectors, divided_up(problem.out_channels, vector_lanes));
         ++vectors) {
        const std::int64_t most_width = std::max<std::int64_t>(most_pixels(vectors, device), vectors == 1 ? 1 : 0);
        for (std::int64_t width = 1; width <= std::min(most_width, in_a_row); ++width) {
            const std::int64_t parts = divided_up(std::min(in_a_row, most_squares), width);
            for (std::int64_t part = 1; part <= parts; ++part) {
                WinogradTile tile{.outputs = outputs, .squares = width * part, .width = width, .vectors = vectors};
                const std::int64_t all_blocks = divided_up(problem.out_channels, tile.lanes());
                for (tile.blocks = 1; tile.blocks <= all_blocks; ++tile.blocks) {
                    const bool is_first = width == 1 && part == 1 && tile.blocks == 1 && vectors == 1;
                    if (!is_first && private_bytes(problem, tile) > most_private_bytes) break;
                    const double cycles = cycles_of(problem, tile, device);
                    if (cycles >= least) continue;
                    least = cycles;
                    best = tile;
                }
            }
        }
    }
    return best;
}

std::int64_t best_winograd(const Graph& graph, const Node& node, const DeviceProfile& device) {
    constexpr double worth_it = 0.85;  // of the time
    const WindowProblem problem = extents_of(graph, node);
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
