// SPDX-License-Identifier: Apache-2.0
#include "ops/group_window.hpp"

#include <algorithm>
#include <array>
#include <string>

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

/// Whether neighbouring work-items should have neighbouring pixels.
bool pixels_adjacent(const WindowProblem& problem) {
    return problem.x.front().strides.channel != 1;
}

}  // namespace

ReductionOrder group_reduction_order(const WindowProblem& problem) {
    return {.channels_before_columns = false, .chunk = std::max<std::int64_t>(problem.channels, 1)};
}

void set_widths(WindowProblem& problem, const StepSpec& step, std::int64_t most_stored) {
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
        store.width =
            std::min(most_stored, view_width(store.strides, spec(step.writes, store.write), 0, problem.out_channels));
    }
}

GroupTile group_tile(const WindowProblem& problem, std::int64_t planes, const DeviceProfile& device) {
    const auto pixels = problem.images * problem.rows.out * problem.columns.out;
    return choose_group_tile({.planes = planes * problem.groups,
                              .pixels = divided_up(pixels, std::max<std::int64_t>(planes, 1)),
                              .channels = problem.out_channels,
                              .depth = problem.channels * taps(problem)},
                             device);
}

void add_group_views(StepBuilder& builder, const WindowProblem& problem) {
    add_segments(builder, problem);
    add_wide_stores(builder, problem);
    builder.constant("WIDTH", problem.x.front().width)
        .constant("X_HEIGHT", problem.rows.in)
        .constant("X_WIDTH", problem.columns.in)
        .constant("OUT_CHANNELS", problem.out_channels)
        .constant("PIXELS_ADJACENT", pixels_adjacent(problem) ? 1 : 0)
        .constant("PROLOGUE_BODY", fused_body(problem.prologue, Lanes::Channels))
        .constant("EPILOGUE_BODY", fused_body(problem.epilogue, Lanes::Channels));
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

void add_image_steps(StepBuilder& builder, const WindowProblem& problem) {
    builder.constant("STRIDE_ROW", problem.rows.stride)
        .constant("STRIDE_COLUMN", problem.columns.stride)
        .constant("ROW_STEP", problem.rows.dilation)
        .constant("COLUMN_STEP", problem.columns.dilation);
}

LoweredStep lower_group_convolution(const std::string& stem, const StepSpec& step, WindowProblem problem,
                                    const WeightsShape& weights, const GroupTile& tile) {
    set_widths(problem, step);
    const Plane plane{.images = problem.images, .height = problem.rows.out, .width = problem.columns.out};
    StepBuilder builder(stem);
    add_convolution_operands(
        builder, problem,
        packed_weights(step.reads[1].constant, weights, {all_taps(weights)}, group_reduction_order(problem), tile.channels));
    add_index_type(builder, step);
    add_image_steps(builder, problem);
    builder.constant("UNPACKED", 0)
        .constant("KERNEL_HEIGHT", problem.rows.kernel)
        .constant("KERNEL_WIDTH", problem.columns.kernel)
        .constant("PAD_TOP", problem.rows.pad)
        .constant("PAD_LEFT", problem.columns.pad)
        .constant("OUT_HEIGHT", problem.rows.out)
        .constant("OUT_WIDTH", problem.columns.out)
        .constant("OUT_ROW_STEP", 1)
        .constant("OUT_COLUMN_STEP", 1)
        .constant("GROUPS", problem.groups);
    add_group_window(builder, problem, plane, tile);
    return builder.finish(plane.pixels() == 0 ? 0
                                              : group_tiles({.planes = problem.groups,
                                                             .pixels = plane.pixels(),
                                                             .channels = problem.out_channels,
                                                             .depth = problem.channels},
                                                            tile));
}

}  // namespace abut::ops
