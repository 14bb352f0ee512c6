// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "core/fail.hpp"
#include "ops/group_access.hpp"
#include "ops/loop_parameters.hpp"
#include "ops/mapped_copy.hpp"
#include "ops/operands.hpp"
#include "ops/resize_taps.hpp"
#include "ops/step_builder.hpp"

namespace abut::ops {
namespace {

constexpr int most_resized_axes = 6;  // 2^6 corners: no image needs more than 2^3

/// Where an axis finds its taps in the tables; all -1 for a kept axis.
struct TapStarts {
    std::int64_t low = -1;
    std::int64_t high = -1;
    std::int64_t share = -1;
};

TapStarts add_taps(AxisTables& tables, const Resize& resize, const Shape& x, const LoopAxis& loop) {
    if (loop.map < 0) return {};
    const LinearTaps taps = linear_taps(resize, x, loop.map);
    const std::int64_t low = tables.add(taps.low);
    const std::int64_t high = tables.add(taps.high);
    return {.low = low, .high = high, .share = tables.add(taps.share)};
}

/// Arguments and constants that find_corners reads.
void add_corners(StepBuilder& builder, std::span<const TapStarts> starts) {
    std::vector<std::int64_t> low;
    std::vector<std::int64_t> high;
    std::vector<std::int64_t> share;
    for (const TapStarts& axis : starts) {
        low.push_back(axis.low);
        high.push_back(axis.high);
        share.push_back(axis.share);
    }
    add_list(builder, "LOW_STARTS", "low_start", low);
    add_list(builder, "HIGH_STARTS", "high_start", high);
    add_list(builder, "SHARE_STARTS", "share_start", share);
    builder.constant("RESIZED", std::ssize(starts));
    builder.constant("CORNERS", std::int64_t{1} << starts.size());
}

void add_lane_taps(StepBuilder& builder, const LoopAxis& lanes, const TapStarts& starts) {
    add_lanes(builder, "x", "X_NEIGHBOURS", lanes.strides[x_operand]);
    add_lanes(builder, "y", "Y_NEIGHBOURS", lanes.strides[y_operand]);
    builder.scalar("lanes_low", starts.low);
    builder.scalar("lanes_high", starts.high);
    builder.scalar("lanes_share", starts.share);
    builder.constant("LANES_RESIZED", starts.low < 0 ? 0 : 1);
}

LoweredStep lower_nearest(const StepSpec& step, const Resize& resize, const DeviceProfile& device) {
    const Shape& x = step.reads[0].spec.shape();
    std::vector<AxisMap> maps(static_cast<std::size_t>(x.rank()));
    for (int axis = 0; axis < x.rank(); ++axis) {
        if (!is_kept(resize, x, axis)) maps[static_cast<std::size_t>(axis)] = nearest_map(resize, x, axis);
    }
    return lower_mapped_copy(step, maps, 0, device);
}

LoweredStep lower_linear(const StepSpec& step, const Resize& resize, const DeviceProfile& device) {
    const Layout x = layout_of(step.reads[0]);
    const Layout& y = step.writes[0].spec.layout;
    std::array<bool, Dims::max_rank> is_resized{};
    for (int axis = 0; axis < x.shape.rank(); ++axis)
        is_resized[static_cast<std::size_t>(axis)] = !is_kept(resize, x.shape, axis);
    if (std::ranges::count(is_resized, true) > most_resized_axes) {
        core::fail(ErrorCode::Unsupported, "linear resize has kernels for at most {} resized axes", most_resized_axes);
    }
    LoopNest outer = normalised(mapped_nest(y.shape, x.strides, y.strides, is_resized), y_operand);
    constexpr std::array<std::size_t, 1> along_y{y_operand};
    const int axis = lane_axis(outer, along_y);
    LoopAxis lanes{.extent = 1, .strides = {1, 1}};
    if (axis >= 0) lanes = taken(outer, static_cast<std::size_t>(axis));
    outer = joined(std::move(outer));
    std::stable_partition(outer.begin(), outer.end(), [](const LoopAxis& loop) { return loop.map < 0; });

    AxisTables tables;
    std::vector<TapStarts> starts;
    for (const LoopAxis& loop : outer) {
        if (loop.map >= 0) starts.push_back(add_taps(tables, resize, x.shape, loop));
    }
    const TapStarts lane_starts = add_taps(tables, resize, x.shape, lanes);
    const std::int64_t rows = iterations(outer);
    const Tiling tiles = tiling(rows, lanes.extent, 4, device);

    StepBuilder builder("resize");
    if (device.kernels == KernelFamily::Gpu) add_group(builder, step, 1);
    add_input(builder, "x", step, 0);
    add_output(builder, "y");
    builder.packed("table", tables.packed());
    add_lane_taps(builder, lanes, lane_starts);
    add_corners(builder, starts);
    add_list(builder, "EXTENTS", "extent", extents_of(outer));
    add_list(builder, "X_STRIDES", "x_stride", strides_of(outer, x_operand));
    add_list(builder, "Y_STRIDES", "y_stride", strides_of(outer, y_operand));
    add_rank(builder, "RANK", outer);
    add_tiling(builder, tiles);
    return builder.finish(tiles.tiles);
}

}  // namespace

LoweredStep lower_resize(const StepSpec& step, const DeviceProfile& device) {
    const auto& resize = std::get<Resize>(step.operation);
    require_float32(step, 1);
    const Shape& x = step.reads[0].spec.shape();
    const Shape& y = step.writes[0].spec.shape();
    core::require(resize.sizes == y && x.rank() == y.rank() && std::ssize(resize.scales) == x.rank(),
                  "resize to {} was given a result of shape {} for an input of shape {}", to_string(resize.sizes),
                  to_string(y), to_string(x));
    return resize.mode == ResizeMode::Nearest ? lower_nearest(step, resize, device) : lower_linear(step, resize, device);
}

}  // namespace abut::ops
