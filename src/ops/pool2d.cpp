// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <utility>

#include "core/fail.hpp"
#include "ops/group_access.hpp"
#include "ops/loop_nest.hpp"
#include "ops/loop_parameters.hpp"
#include "ops/operands.hpp"
#include "ops/step_builder.hpp"

namespace abut::ops {
namespace {

constexpr std::int64_t most_unrolled_taps = 16;

/// The batch and the channels: one runs in vectors, one around them.
struct Planes {
    LoopAxis lanes;
    LoopAxis outer;
};

Planes planes_of(const Layout& x, const Layout& y) {
    LoopNest nest;
    for (const int axis : {0, 1}) nest.push_back({.extent = y.shape[axis], .strides = {x.strides[axis], y.strides[axis]}});
    constexpr std::array<std::size_t, 2> both{0, 1};
    const int axis = lane_axis(nest, both);
    return {.lanes = nest[static_cast<std::size_t>(axis)], .outer = nest[static_cast<std::size_t>(1 - axis)]};
}

/// How far from 0 places of windows lie, rows and columns.
std::array<std::int64_t, 2> reaches_of(const Pool2d& pool, const Layout& x, const Layout& y) {
    const auto reach = [&](std::size_t axis) {
        const int of_image = static_cast<int>(axis) + 2;
        return std::max(x.shape[of_image], y.shape[of_image] * pool.strides[axis]) + pool.pads[axis] + pool.pads[axis + 2] +
               pool.kernel[axis] * pool.dilations[axis];
    };
    return {reach(0), reach(1)};
}

/// Lanes that a work-item may have at once.
std::int64_t channels_at_once(const StepSpec& step, const Planes& planes, const Layout& x, const Layout& y) {
    if (planes.lanes.strides[0] != 1 || planes.lanes.strides[1] != 1) return 1;
    const std::array moves{
        planes.lanes.extent, planes.outer.strides[0], planes.outer.strides[1], x.strides[2], x.strides[3], y.strides[2],
        y.strides[3]};
    return pack_width(std::min(known_alignment_bytes(step.reads[0]), known_alignment_bytes(step.writes[0])), moves);
}

void add_window(StepBuilder& builder, const Pool2d& pool, bool neighbours) {
    builder.constant("KERNEL_H", pool.kernel[0]);
    builder.constant("KERNEL_W", pool.kernel[1]);
    builder.constant("STRIDE_H", pool.strides[0]);
    builder.constant("STRIDE_W", pool.strides[1]);
    builder.constant("DILATION_H", pool.dilations[0]);
    builder.constant("DILATION_W", pool.dilations[1]);
    builder.constant("PAD_TOP", pool.pads[0]);
    builder.constant("PAD_LEFT", pool.pads[1]);
    // Only a count of padded elements needs the padding after x; the output's extents say the rest.
    builder.constant("PAD_BOTTOM", pool.count_include_pad ? pool.pads[2] : 0);
    builder.constant("PAD_RIGHT", pool.count_include_pad ? pool.pads[3] : 0);
    builder.constant("UNROLL_WINDOW", neighbours && pool.kernel[0] * pool.kernel[1] <= most_unrolled_taps ? 1 : 0);
    if (pool.kind == PoolKind::Max) {
        builder.constant("INITIAL", "-INFINITY");
        builder.constant("COMBINE", "v > sum ? v : sum");
        builder.constant("SCALE", "1.0f");
        return;
    }
    builder.constant("INITIAL", "0.0f");
    builder.constant("COMBINE", "sum + v");
    // The average of a window that misses the image is 0.
    builder.constant("SCALE", pool.count_include_pad ? "1.0f / (float)max(h.padded * w.padded, 1)"
                                                     : "1.0f / (float)max((h.end - h.begin) * (w.end - w.begin), 1)");
}

}  // namespace

LoweredStep lower_pool2d(const StepSpec& step, const DeviceProfile& device) {
    const auto& pool = std::get<Pool2d>(step.operation);
    require_float32(step, 1);
    const Layout x = layout_of(step.reads[0]);
    const Layout& y = step.writes[0].spec.layout;
    core::require(x.shape.rank() == 4 && y.shape.rank() == 4, "pool2d was given shapes {} and {}, not images",
                  to_string(x.shape), to_string(y.shape));
    const Planes planes = planes_of(x, y);
    const bool by_groups = device.kernels == KernelFamily::Gpu;
    const std::int64_t rows = planes.outer.extent * y.shape[2] * (by_groups ? y.shape[3] : 1);
    const Tiling tiles = tiling(rows, planes.lanes.extent, y.shape[3] * pool.kernel[0] * pool.kernel[1], device);
    const std::int64_t width = by_groups ? channels_at_once(step, planes, x, y) : 1;

    StepBuilder builder("pool2d");
    if (by_groups) add_group(builder, step, width, reaches_of(pool, x, y));
    add_input(builder, "x", step, 0, width * size_bytes(DType::Float32));
    add_output(builder, "y", width * size_bytes(DType::Float32));
    add_lanes(builder, "x", "X_NEIGHBOURS", planes.lanes.strides[0]);
    add_lanes(builder, "y", "Y_NEIGHBOURS", planes.lanes.strides[1]);
    // They move packs, so its width divides them.
    builder.scalar("x_outer", planes.outer.strides[0], width);
    builder.scalar("y_outer", planes.outer.strides[1], width);
    builder.scalar("in_h", x.shape[2]);
    builder.scalar("in_w", x.shape[3]);
    builder.scalar("out_h", y.shape[2]);
    builder.scalar("out_w", y.shape[3]);
    builder.scalar("x_h", x.strides[2], width);
    builder.scalar("x_w", x.strides[3], width);
    builder.scalar("y_h", y.strides[2], width);
    builder.scalar("y_w", y.strides[3], width);
    add_tiling(builder, tiles, width);
    add_window(builder, pool, planes.lanes.strides[0] == 1);
    return builder.finish(y.shape[3] == 0 ? 0 : tiles.tiles);
}

}  // namespace abut::ops
