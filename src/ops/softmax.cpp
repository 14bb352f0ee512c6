// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "core/fail.hpp"
#include "ops/group_access.hpp"
#include "ops/loop_nest.hpp"
#include "ops/loop_parameters.hpp"
#include "ops/operands.hpp"
#include "ops/step_builder.hpp"

namespace abut::ops {
namespace {

constexpr std::int64_t visits_an_element = 16;  // three passes, of which one has an exponential

/// Whether lanes should be rows of the softmax: where these are neighbours, or else where the elements of a row are no
/// better.
bool lanes_are_rows(const LoopNest& rows, int row_axis, const LoopAxis& along) {
    if (row_axis < 0) return false;
    const LoopAxis& lanes = rows[static_cast<std::size_t>(row_axis)];
    if (lanes.extent < half_vector) return false;
    return lanes.strides[x_operand] == 1 || along.extent < half_vector || along.strides[x_operand] != 1;
}

void add_rows(StepBuilder& builder, const LoopNest& rows) {
    add_list(builder, "EXTENTS", "extent", extents_of(rows));
    add_list(builder, "X_STRIDES", "x_stride", strides_of(rows, x_operand));
    add_list(builder, "Y_STRIDES", "y_stride", strides_of(rows, y_operand));
    add_rank(builder, "RANK", rows);
}

/// By groups of work-items that share the elements of a row; rows along the loop `neighbours`, if there is one, lie side by
/// side.
LoweredStep lower_groups(const StepSpec& step, LoopNest rows, const LoopAxis& along, int neighbours) {
    if (neighbours >= 0) rows.push_back(taken(rows, static_cast<std::size_t>(neighbours)));
    StepBuilder builder("softmax");
    add_input(builder, "x", step, 0);
    add_output(builder, "y");
    builder.constant("LOGARITHM", std::get<Softmax>(step.operation).log ? 1 : 0);
    builder.scalar("steps", along.extent);
    builder.scalar("x_step", along.strides[x_operand]);
    builder.scalar("y_step", along.strides[y_operand]);
    builder.scalar("rows", iterations(rows));
    add_rows(builder, rows);
    const std::int64_t tiles = add_parts(builder, step, iterations(rows), along.extent, neighbours < 0);
    return builder.finish(along.extent == 0 ? 0 : tiles);
}

}  // namespace

LoweredStep lower_softmax(const StepSpec& step, const DeviceProfile& device) {
    const auto& softmax = std::get<Softmax>(step.operation);
    require_float32(step, 1);
    const Layout x = layout_of(step.reads[0]);
    const Layout& y = step.writes[0].spec.layout;
    core::require(x.shape == y.shape, "softmax was given a result of shape {} for an input of shape {}", to_string(y.shape),
                  to_string(x.shape));
    LoopNest rows = loop_nest(x.shape, std::array{x.strides, y.strides});
    const LoopAxis along = taken(rows, static_cast<std::size_t>(normalized_axis(softmax.axis, x.shape.rank())));
    rows = normalised(std::move(rows), y_operand);
    constexpr std::array<std::size_t, 1> along_x{x_operand};
    const int row_axis = lane_axis(rows, along_x);
    const bool vertical = lanes_are_rows(rows, row_axis, along);

    if (device.kernels == KernelFamily::Gpu) return lower_groups(step, rows, along, vertical ? row_axis : -1);
    StepBuilder builder(vertical ? "softmax" : "softmax_rows");
    add_input(builder, "x", step, 0);
    add_output(builder, "y");
    builder.constant("LOGARITHM", softmax.log ? 1 : 0);
    builder.scalar("steps", along.extent);
    const std::int64_t visits = along.extent * visits_an_element;
    if (!vertical) {
        const Tiling tiles = tiling(iterations(rows), 1, visits, device);
        add_lanes(builder, "x", "X_NEIGHBOURS", along.strides[x_operand]);
        add_lanes(builder, "y", "Y_NEIGHBOURS", along.strides[y_operand]);
        add_rows(builder, rows);
        builder.scalar("rows", iterations(rows));
        builder.scalar("block", tiles.block);
        return builder.finish(along.extent == 0 ? 0 : tiles.tiles);
    }
    const LoopAxis lanes = taken(rows, static_cast<std::size_t>(row_axis));
    const Tiling tiles = tiling(iterations(rows), lanes.extent, visits, device);
    add_lanes(builder, "x", "X_NEIGHBOURS", lanes.strides[x_operand]);
    add_lanes(builder, "y", "Y_NEIGHBOURS", lanes.strides[y_operand]);
    builder.scalar("x_step", along.strides[x_operand]);
    builder.scalar("y_step", along.strides[y_operand]);
    add_rows(builder, rows);
    add_tiling(builder, tiles);
    return builder.finish(along.extent == 0 ? 0 : tiles.tiles);
}

}  // namespace abut::ops
