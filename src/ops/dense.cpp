// SPDX-License-Identifier: Apache-2.0
#include <variant>

#include "core/fail.hpp"
#include "ops/dense_problem.hpp"
#include "ops/group_window.hpp"
#include "ops/tile_choice.hpp"
#include "ops/window_panel.hpp"
#include "ops/window_step.hpp"
#include "ops/window_views.hpp"

namespace abut::ops {
namespace {

LoweredStep lower_packed(const StepSpec& step, const DenseProblem& dense, const DeviceProfile& device) {
    const WindowProblem& problem = dense.window;
    const WeightsShape weights{.groups = 1,
                               .out_channels = problem.out_channels,
                               .channels = problem.channels,
                               .kernel_height = 1,
                               .kernel_width = 1,
                               .group_stride = 0,
                               .out_channel_stride = dense.b.lane,
                               .channel_stride = dense.b.depth};
    if (device.kernels == KernelFamily::Gpu) {
        return lower_group_convolution("dense", step, problem, weights, group_tile_of(step, group_problem(problem), device));
    }
    return lower_window("dense", step, problem, weights, window_tile_of(step, problem, device));
}

/// Parameters and constants of the second factor.
void add_factor(StepBuilder& builder, const StepSpec& step, const DenseProblem& dense) {
    if (step.reads[1].constant.index >= 0) {
        builder.packed("b", packed_copy(step.reads[1].constant, element_count(step.reads[1].spec.shape()), 0));
    } else {
        builder.read("b", 1, sizeof(float));
    }
    builder.constant("B_STRIDE_IMAGE", dense.b.image)
        .constant("B_STRIDE_ROW", dense.b.row)
        .constant("B_STRIDE_DEPTH", dense.b.depth)
        .constant("B_STRIDE_LANE", dense.b.lane);
}

/// The same by groups of work-items: a tile stays in one matrix of the batch.
LoweredStep lower_unpacked_groups(const StepSpec& step, const DenseProblem& dense, const DeviceProfile& device) {
    WindowProblem problem = dense.window;
    set_widths(problem, step);
    const std::int64_t batch = problem.images * problem.rows.out;
    const Plane plane{.width = problem.columns.out};
    const GroupProblem product = group_problem(problem, batch);
    const GroupTile tile = choose_group_tile(product, device);
    StepBuilder builder("dense_unpacked");
    add_segment_parameters(builder, problem);
    add_factor(builder, step, dense);
    add_store_parameters(builder, problem);
    if (has_dynamic_depth(problem)) builder.scalar("depth", problem.channels, vector_lanes);
    add_parameters(builder, problem.epilogue);
    add_window_index(builder, step, problem);
    add_image_grid(builder, problem);
    add_tap_steps(builder, problem);
    builder.constant("UNPACKED", 1).constant("B_DEPTH_ADJACENT", dense.b.depth == 1 && dense.b.lane != 1 ? 1 : 0);
    add_group_window(builder, problem, plane, tile);
    return builder.finish(group_tiles(product, tile));
}

LoweredStep lower_unpacked(const StepSpec& step, const DenseProblem& dense, const DeviceProfile& device) {
    const WindowProblem& problem = dense.window;
    constexpr std::int64_t most_row_tiles = 8;
    // b changes from row to row of the image, so that a tile stays in one.
    WindowTile tile = tile_of_registers(problem.columns.out, problem.out_channels, device);
    const std::int64_t row_tiles = std::min(most_row_tiles, divided_up(problem.columns.out, tile.width));

    StepBuilder builder("dense_unpacked", numbers_of(problem));
    add_segment_parameters(builder, problem);
    add_factor(builder, step, dense);
    add_store_parameters(builder, problem);
    if (has_dynamic_depth(problem)) builder.scalar("depth", problem.channels, vector_lanes);
    add_parameters(builder, problem.epilogue);
    builder.number("IMAGES", problem.images)
        .number("OUT_HEIGHT", problem.rows.out)
        .number("OUT_WIDTH", problem.columns.out)
        .constant("ROW_TILES", row_tiles);
    add_window(builder, problem, tile);
    const std::int64_t tiles = problem.images * problem.rows.out * divided_up(problem.columns.out, tile.width * row_tiles) *
                               divided_up(problem.out_channels, tile.lanes());
    return builder.finish(tiles);
}

}  // namespace

LoweredStep lower_dense(const StepSpec& step, const DeviceProfile& device) {
    const DenseProblem problem = dense_problem(step);
    if (problem.packs_b) return lower_packed(step, problem, device);
    return device.kernels == KernelFamily::Gpu ? lower_unpacked_groups(step, problem, device)
                                               : lower_unpacked(step, problem, device);
}

}  // namespace abut::ops
