// SPDX-License-Identifier: Apache-2.0
#include "ops/window_step.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "ops/window_panel.hpp"
#include "ops/window_views.hpp"

namespace abut::ops {
namespace {

/// The two inner loops of the reduction, counts in terms of window.cl's variables.
struct ReductionLoops {
    std::int64_t middle_step = 0;
    std::int64_t run_step = 1;
    std::string middle_count;
    std::string run_count;
    std::int64_t unroll = 4;
    bool has_rest = false;
};

ReductionLoops make_loops(const WindowProblem& problem, const ReductionOrder& order, const WindowPanel& panel) {
    if (order.channels_before_columns) {
        // Unrolled, neighbouring pixels share elements, which the compiler then keeps in registers that it lacks.
        return {panel.channel_pitch, panel.tap_step, "count", "taps_w", 1, false};
    }
    const bool whole = problem.channels <= order.chunk && problem.channels % vector_lanes == 0;
    const bool is_contiguous = panel.tap_step == problem.channels;
    const bool has_rest = problem.channels % vector_lanes != 0;
    if (whole && is_contiguous && !has_dynamic_depth(problem)) return {0, 1, "1", "count * taps_w", 4, has_rest};
    return {panel.tap_step, 1, "taps_w", "count", 4, has_rest};
}

void add_loops(StepBuilder& builder, const ReductionLoops& loops) {
    builder.constant("MIDDLE_STEP", loops.middle_step)
        .constant("RUN_STEP", loops.run_step)
        .constant("MIDDLE_COUNT", loops.middle_count)
        .constant("RUN_COUNT", loops.run_count)
        .constant("UNROLL", loops.unroll)
        .constant("RUN_HAS_REST", loops.has_rest ? 1 : 0);
}

}  // namespace

void add_convolution_operands(StepBuilder& builder, const WindowProblem& problem, PackedConstant weights) {
    constexpr std::int64_t weights_guard_bytes = 16;
    add_segment_parameters(builder, problem);
    builder.packed("weights", std::move(weights), weights_guard_bytes);
    add_store_parameters(builder, problem);
    if (has_dynamic_depth(problem)) builder.scalar("depth", problem.channels, vector_lanes);
    add_parameters(builder, problem.prologue);
    add_parameters(builder, problem.epilogue);
}

void add_prefetch(StepBuilder& builder, const WindowProblem& problem, const WindowTile& tile, std::int64_t parts) {
    builder.prefetch(tile.blocks * tile.parts * problem.channels * problem.rows.kernel * problem.columns.kernel, parts);
}

std::int64_t parts_of_weights(std::int64_t groups, std::int64_t ranges) {
    // Tiles run over all groups before the next range, and weights lie group by group.
    return groups == 1 ? ranges : (ranges == 1 ? groups : 1);
}

void add_image_grid(StepBuilder& builder, const WindowProblem& problem) {
    // Those of the kernel bound the loops around the innermost one, which are unrolled where they are known.
    builder.constant("KERNEL_HEIGHT", problem.rows.kernel)
        .constant("KERNEL_WIDTH", problem.columns.kernel)
        .constant("STRIDE_ROW", problem.rows.stride)
        .constant("STRIDE_COLUMN", problem.columns.stride)
        .number("PAD_TOP", problem.rows.pad)
        .number("PAD_LEFT", problem.columns.pad)
        .number("OUT_HEIGHT", problem.rows.out)
        .number("OUT_WIDTH", problem.columns.out)
        .number("IMAGES", problem.images)
        .number("GROUPS", problem.groups)
        .constant("OUT_ROW_STEP", 1)
        .constant("OUT_COLUMN_STEP", 1);
}

Numbers numbers_of(const WindowProblem& problem) {
    // A view takes two parameters and up to four numbers of 8 bytes, the step some 25; OpenCL promises 1024 bytes.
    constexpr std::size_t most_views = 8;
    const auto views =
        problem.x.size() + problem.y.size() + problem.prologue.operands.size() + problem.epilogue.operands.size();
    const bool has_few_views = views <= most_views;
    return has_few_views && !reduction_order(problem).channels_before_columns ? Numbers::Arguments : Numbers::Constants;
}

std::int64_t window_tiles(const WindowProblem& problem, const WindowTile& tile) {
    const std::int64_t ranges = divided_up(divided_up(problem.out_channels, tile.vectors * vector_lanes), tile.blocks);
    return divided_up(problem.rows.out, tile.height) * divided_up(problem.columns.out, tile.columns()) * problem.images *
           problem.groups * ranges;
}

void add_tile(StepBuilder& builder, const WindowProblem& problem, const WindowTile& tile, std::int64_t chunk) {
    builder.constant("TILE_HEIGHT", tile.height)
        .constant("TILE_WIDTH", tile.width)
        .constant("VECTORS", tile.vectors)
        .constant("CHUNK", chunk)
        .number("BLOCKS", tile.blocks)
        .number("PARTS", tile.parts)
        .number("ALL_BLOCKS", divided_up(problem.out_channels, tile.lanes()));
    add_out_channels(builder, problem);
}

void add_out_channels(StepBuilder& builder, const WindowProblem& problem) {
    builder.number("OUT_CHANNELS", problem.out_channels).constant("OUT_REST", problem.out_channels % vector_lanes);
}

void add_window(StepBuilder& builder, const WindowProblem& problem, const WindowTile& tile) {
    const ReductionOrder order = reduction_order(problem);
    const WindowPanel panel = window_panel(problem, tile, order);
    const Lanes lanes = order.channels_before_columns ? Lanes::Columns : Lanes::Channels;
    add_tile(builder, problem, tile, order.chunk);
    builder.constant("SUM_ROOM", private_room(tile.parts * tile.blocks * tile.height * tile.width * tile.vectors));
    if (has_dynamic_depth(problem)) {
        builder.constant("DEPTH", "depth");
    } else {
        builder.number("DEPTH", problem.channels);
    }
    add_panel(builder, problem, panel, order);
    add_loops(builder, make_loops(problem, order, panel));
    add_stores(builder, problem);
    add_fused_body(builder, "PROLOGUE_BODY", problem.prologue, lanes);
    add_fused_body(builder, "EPILOGUE_BODY", problem.epilogue, Lanes::Channels);
}

LoweredStep lower_window(const std::string& stem, const StepSpec& step, const WindowProblem& problem,
                         const WeightsShape& weights, const WindowTile& tile) {
    StepBuilder builder(stem, numbers_of(problem));
    add_convolution_operands(
        builder, problem,
        packed_weights(step.reads[1].constant, weights, {all_taps(weights)}, reduction_order(problem), tile.lanes()));
    const std::int64_t ranges = divided_up(divided_up(problem.out_channels, tile.lanes()), tile.blocks);
    add_prefetch(builder, problem, tile, parts_of_weights(problem.groups, ranges));
    add_image_grid(builder, problem);
    add_window(builder, problem, tile);
    return builder.finish(window_tiles(problem, tile));
}

}  // namespace abut::ops
