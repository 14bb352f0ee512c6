// SPDX-License-Identifier: Apache-2.0
#include "ops/group_window.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "ops/group_access.hpp"
#include "ops/window_step.hpp"
#include "ops/window_views.hpp"

namespace abut::ops {
namespace {

/// Channels that one access may have to a view that starts at `channel` of the whole.
std::int64_t view_width(const ImageStrides& strides, const ViewSpec& spec, std::int64_t channel, std::int64_t channels) {
    if (strides.channel != 1) return 1;
    const std::array<std::int64_t, 5> moves{strides.image, strides.row, strides.column, channel, channels};
    return pack_width(spec.alignment.power_of_two(), moves);
}

std::int64_t taps(const WindowProblem& problem) {
    return problem.rows.kernel * problem.columns.kernel;
}

/// How far from 0 places on the axis lie: taps of the last output, and those of the first, in the padding.
std::int64_t reach(const WindowAxis& axis) {
    return std::max(axis.in, axis.out * axis.stride) + axis.pad + axis.kernel * axis.dilation;
}

/// Whether neighbouring work-items should have neighbouring pixels.
bool pixels_adjacent(const WindowProblem& problem) {
    return problem.x.front().strides.channel != 1;
}

}  // namespace

ReductionOrder group_reduction_order(const WindowProblem& problem) {
    return {.channels_before_columns = false, .chunk = std::max<std::int64_t>(problem.channels, 1)};
}

void set_widths(WindowProblem& problem, const StepSpec& step) {
    const auto spec = [](const std::vector<Operand>& operands, int index) -> const ViewSpec& {
        return operands.at(static_cast<std::size_t>(index)).spec;
    };
    std::int64_t begin = 0;
    std::int64_t least = widest_pack;
    for (const Segment& segment : problem.x) {
        const auto channels = problem.x.size() == 1 ? problem.channels : segment.channels;
        least = std::min(least, view_width(segment.strides, spec(step.reads, segment.read), begin, channels));
        begin += segment.channels;
    }
    for (Segment& segment : problem.x) segment.width = least;
    for (Store& store : problem.y) {
        if (store.is_part()) continue;  // it may begin within a pack of channels
        store.width = view_width(store.strides, spec(step.writes, store.write), 0, problem.out_channels);
    }
}

GroupProblem group_problem(const WindowProblem& problem, std::int64_t planes) {
    const auto pixels = problem.images * problem.rows.out * problem.columns.out;
    return {.planes = planes * problem.groups,
            .pixels = divided_up(pixels, std::max<std::int64_t>(planes, 1)),
            .channels = problem.out_channels,
            .depth = problem.channels * taps(problem)};
}

void add_group_views(StepBuilder& builder, const WindowProblem& problem) {
    add_segments(builder, problem);
    add_wide_stores(builder, problem);
    builder.constant("WIDTH", problem.x.front().width)
        .constant("X_HEIGHT", problem.rows.in)
        .constant("X_WIDTH", problem.columns.in)
        .constant("OUT_CHANNELS", problem.out_channels)
        .constant("PIXELS_ADJACENT", pixels_adjacent(problem) ? 1 : 0);
    add_fused_body(builder, "PROLOGUE_BODY", problem.prologue, Lanes::Channels);
    add_fused_body(builder, "EPILOGUE_BODY", problem.epilogue, Lanes::Channels);
}

void add_group_window(StepBuilder& builder, const WindowProblem& problem, const Plane& plane, const GroupTile& tile) {
    add_group_views(builder, problem);
    const bool dynamic = has_dynamic_depth(problem);
    builder.constant("DEPTH", dynamic ? std::string("(INDEX)depth") : std::to_string(problem.channels));
    builder.constant("UNIFORM_TAPS", taps(problem) == 1 || problem.channels % tile.chunk == 0 ? 1 : 0)
        .constant("TILE_PIXELS", tile.pixels)
        .constant("TILE_CHANNELS", tile.channels)
        .constant("ITEM_PIXELS", tile.item_pixels)
        .constant("ITEM_CHANNELS", tile.item_channels)
        .constant("CHUNK", tile.chunk)
        .constant("SPLIT", tile.split)
        .constant("BLOCKS", divided_up(problem.out_channels, tile.channels))
        .constant("PLANE_HEIGHT", plane.height)
        .constant("PLANE_WIDTH", plane.width)
        .constant("PLANE_PIXELS", plane.pixels());
    builder.group(tile.items(), tile.local_floats());
}

void add_window_index(StepBuilder& builder, const StepSpec& step, const WindowProblem& problem, std::int64_t packed_bytes) {
    const std::array<std::int64_t, 3> others{reach(problem.rows), reach(problem.columns), packed_bytes / element_bytes};
    add_index_type(builder, step, others);
}

void add_tap_steps(StepBuilder& builder, const WindowProblem& problem) {
    builder.constant("ROW_STEP", problem.rows.dilation).constant("COLUMN_STEP", problem.columns.dilation);
}

LoweredStep lower_group_convolution(const std::string& stem, const StepSpec& step, WindowProblem problem,
                                    const WeightsShape& weights, const GroupTile& tile) {
    set_widths(problem, step);
    const Plane plane{.images = problem.images, .height = problem.rows.out, .width = problem.columns.out};
    auto packed =
        packed_weights(step.reads[1].constant, weights, {all_taps(weights)}, group_reduction_order(problem), tile.channels);
    StepBuilder builder(stem);
    add_window_index(builder, step, problem, packed.size_bytes);
    add_convolution_operands(builder, problem, std::move(packed));
    add_image_grid(builder, problem);
    add_tap_steps(builder, problem);
    builder.constant("UNPACKED", 0);
    add_group_window(builder, problem, plane, tile);
    return builder.finish(group_tiles(group_problem(problem), tile));
}

}  // namespace abut::ops
