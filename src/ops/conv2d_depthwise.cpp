// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "ops/conv2d_problem.hpp"
#include "ops/group_window.hpp"
#include "ops/step_builder.hpp"
#include "ops/window_panel.hpp"
#include "ops/window_step.hpp"
#include "ops/window_views.hpp"

namespace abut::ops {
namespace {

/// Pixels whose sums stay in registers, in a shape that shares input; fewer rows where they would be wasted.
WindowTile depthwise_tile(const WindowProblem& problem, const DeviceProfile& device) {
    // Besides the sums, registers hold a tap and a pixel.
    const std::int64_t most_pixels =
        std::clamp<std::int64_t>(device.vector_registers / registers_a_vector(device) - 2, 1, 28);
    const std::int64_t most_rows = most_pixels >= 16 ? 4 : std::min<std::int64_t>(most_pixels, 2);
    const std::int64_t cores = std::max(device.compute_units, 1);
    constexpr std::int64_t tiles_a_core = 8;
    WindowTile tile;
    tile.height = problem.rows.dilation > 1 ? 1 : std::min(most_rows, problem.rows.out);
    tile.width = std::min(most_pixels / tile.height, problem.columns.out);
    const std::int64_t pixel_tiles =
        divided_up(problem.rows.out, tile.height) * divided_up(problem.columns.out, tile.width) * problem.images;
    const std::int64_t all_blocks = divided_up(problem.out_channels, vector_lanes);
    tile.blocks = std::clamp<std::int64_t>(pixel_tiles * all_blocks / (tiles_a_core * cores), 1, all_blocks);
    return tile;
}

/// By groups of work-items that have a few channels of a pixel each.
LoweredStep lower_depthwise_groups(const StepSpec& step, WindowProblem problem) {
    constexpr std::int64_t items = 128;
    set_widths(problem, step);
    const std::int64_t width = problem.x.front().width;
    for (Store& store : problem.y) store.width = std::min(store.width, width);
    const WeightsShape weights = convolution_weights(step.reads[1].spec.shape(), 1);
    StepBuilder builder("conv2d_depthwise");
    add_convolution_operands(builder, problem,
                             packed_weights(step.reads[1].constant, weights, {all_taps(weights)},
                                            {.channels_before_columns = false, .chunk = vector_lanes}, vector_lanes));
    add_window_index(builder, step, problem);
    add_image_grid(builder, problem);
    add_tap_steps(builder, problem);
    add_group_views(builder, problem);
    builder.group(items, 0);
    const std::int64_t pixels = problem.images * problem.rows.out * problem.columns.out;
    return builder.finish(divided_up(pixels * (problem.out_channels / width), items));
}

}  // namespace

LoweredStep lower_conv2d_depthwise(const StepSpec& step, const WindowProblem& grouped, const DeviceProfile& device) {
    WindowProblem problem = grouped;
    problem.channels = problem.out_channels = grouped.groups;
    problem.groups = 1;
    if (device.kernels == KernelFamily::Gpu) return lower_depthwise_groups(step, problem);
    const WindowTile tile = depthwise_tile(problem, device);
    const ReductionOrder order{.channels_before_columns = false, .chunk = vector_lanes};
    const WindowPanel panel = window_panel(problem, tile, order);
    const WeightsShape weights = convolution_weights(step.reads[1].spec.shape(), 1);
    StepBuilder builder("conv2d_depthwise", numbers_of(problem));
    add_convolution_operands(builder, problem,
                             packed_weights(step.reads[1].constant, weights, {all_taps(weights)}, order, vector_lanes));
    add_image_grid(builder, problem);
    builder.constant("TILE_HEIGHT", tile.height)
        .constant("TILE_WIDTH", tile.width)
        .constant("TAP_STEP", panel.tap_step)
        .number("BLOCKS", tile.blocks)
        .number("ALL_BLOCKS", divided_up(problem.out_channels, vector_lanes));
    add_out_channels(builder, problem);
    add_fused_body(builder, "PROLOGUE_BODY", problem.prologue, Lanes::Channels);
    add_fused_body(builder, "EPILOGUE_BODY", problem.epilogue, Lanes::Channels);
    add_panel(builder, problem, panel, order);
    add_stores(builder, problem);
    return builder.finish(window_tiles(problem, tile));
}

}  // namespace abut::ops
