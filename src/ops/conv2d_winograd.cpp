// SPDX-License-Identifier: Apache-2.0
#include "core/fail.hpp"
#include "ops/conv2d_problem.hpp"
#include "ops/step_builder.hpp"
#include "ops/tile_choice.hpp"
#include "ops/window_panel.hpp"
#include "ops/window_step.hpp"
#include "ops/window_views.hpp"
#include "ops/winograd.hpp"
#include "ops/winograd_tile.hpp"

namespace abut::ops {
namespace {

/// The pixels under a row of squares, channels last.
WindowPanel square_panel(const WinogradFilter& filter, const WinogradTile& tile) {
    WindowPanel panel;
    panel.rows = filter.rows.points();
    panel.next_columns = tile.columns * filter.columns.results;
    panel.set_columns = panel.next_columns + filter.columns.taps - 1;
    panel.column_pitch = tile.chunk;
    panel.set_pitch = panel.column_pitch * panel.set_columns;
    panel.row_pitch = panel.set_pitch;
    // Of the products: from square to square, whose channels follow one another.
    panel.pixel_step = tile.chunk;
    return panel;
}

LoweredStep lower_squares(const StepSpec& step, const WindowProblem& problem, const WinogradTile& tile) {
    const WeightsShape weights = convolution_weights(step.reads[1].spec.shape(), problem.groups);
    StepBuilder builder("conv2d_winograd", numbers_of(problem));
    add_convolution_operands(
        builder, problem,
        winograd_weights(step.reads[1].constant, weights, tile.outputs, tile.chunk, tile.products.lanes()));
    const WinogradFilter filter = winograd_filter(problem, tile.outputs);
    // Ranges of output channels lie between the points, so with several of them no part lies side by side.
    const std::int64_t parts = winograd_ranges(problem, tile) == 1 ? problem.groups : 1;
    builder.prefetch(filter.points() * tile.products.blocks * tile.products.parts * problem.channels, parts);
    const std::int64_t squares = tile.products.columns();
    add_image_grid(builder, problem);
    add_tile(builder, problem, tile.products, tile.chunk);
    builder.constant("RESULT_ROWS", filter.rows.results)
        .constant("RESULT_COLUMNS", filter.columns.results)
        .constant("POINT_ROWS", filter.rows.points())
        .constant("POINT_COLUMNS", filter.columns.points())
        .constant("PIXEL_ROWS_BODY", transform_of_pixels(filter.rows))
        .constant("PIXEL_COLUMNS_BODY", transform_of_pixels(filter.columns))
        .constant("SUM_ROWS_BODY", transform_of_sums(filter.rows))
        .constant("SUM_COLUMNS_BODY", transform_of_sums(filter.columns))
        .number("SQUARE_ROWS", tile.rows)
        .number("SQUARE_COLUMNS", tile.columns)
        .number("DEPTH", problem.channels)
        .constant("POINT_ROOM", private_room(filter.points() * squares * tile.chunk / vector_lanes))
        .constant("SUM_ROOM", private_room(filter.points() * squares * tile.products.blocks * tile.products.vectors))
        .constant("RUN_STEP", 1)
        .constant("UNROLL", 4)
        .constant("RUN_HAS_REST", problem.channels % vector_lanes != 0 ? 1 : 0);
    add_panel(builder, problem, square_panel(filter, tile), {.channels_before_columns = false, .chunk = tile.chunk});
    add_stores(builder, problem);
    add_fused_body(builder, "PROLOGUE_BODY", problem.prologue, Lanes::Channels);
    add_fused_body(builder, "EPILOGUE_BODY", problem.epilogue, Lanes::Channels);
    return builder.finish(winograd_tiles(problem, tile));
}

}  // namespace

LoweredStep lower_conv2d_winograd(const StepSpec& step, const WindowProblem& problem, std::int64_t outputs,
                                  const DeviceProfile& device) {
    if (device.kernels != KernelFamily::Cpu || !takes_winograd(problem, outputs)) {
        core::fail(ErrorCode::Unsupported,
                   "conv2d: expected a device of cpu/ kernels, and a convolution with steps of one of a kernel that takes "
                   "winograd {}, found another",
                   outputs);
    }
    return lower_squares(step, problem, winograd_tile_of(step, problem, outputs, device));
}

}  // namespace abut::ops
