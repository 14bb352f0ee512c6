// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>
#include <utility>

#include "core/fail.hpp"
#include "ops/group_access.hpp"
#include "ops/loop_parameters.hpp"
#include "ops/operands.hpp"

namespace abut::ops {
namespace {

void require_castable(const StepSpec& step) {
    core::require(step.reads.size() == 1 && step.writes.size() == 1, "a cast was given {} inputs and {} outputs",
                  step.reads.size(), step.writes.size());
    const Operand& from = step.reads[0];
    const DType to = step.writes[0].spec.dtype;
    const bool to_float = from.spec.dtype == DType::Bool && to == DType::Float32 && from.constant.index < 0;
    const bool to_bool = from.spec.dtype == DType::Float32 && to == DType::Bool;
    if (to_float || to_bool) return;
    core::fail(ErrorCode::Unsupported, "casts have kernels from bool to float32 and back, not from {}{} to {}",
               from.constant.index < 0 ? "" : "a constant of ", to_string(from.spec.dtype), to_string(to));
}

std::string type_text(DType dtype) {
    return dtype == DType::Bool ? "unsigned char" : "float";
}

}  // namespace

LoweredStep lower_cast(const StepSpec& step, const DeviceProfile& device) {
    require_castable(step);
    const DType from = step.reads[0].spec.dtype;
    const DType to = step.writes[0].spec.dtype;
    const Layout& output = step.writes[0].spec.layout;
    const std::array strides{layout_of(step.reads[0]).strides, output.strides};
    LoopNest outer = normalised(loop_nest(output.shape, strides), y_operand);
    LoopAxis lanes{.extent = 1, .strides = {1, 1}};
    if (const int axis = lane_axis(outer, std::span(&y_operand, 1)); axis >= 0)
        lanes = taken(outer, static_cast<std::size_t>(axis));
    outer = joined(std::move(outer));

    StepBuilder builder("cast");
    if (device.kernels == KernelFamily::Gpu) add_group(builder, step, 1);
    if (from == DType::Bool) {
        builder.read("x", 0, size_bytes(from), from);
    } else {
        add_input(builder, "x", step, 0);
    }
    builder.write("y", 0, size_bytes(to), to);
    add_list(builder, "EXTENTS", "extent", extents_of(outer));
    add_list(builder, "X_STRIDES", "x_stride", strides_of(outer, x_operand));
    add_list(builder, "Y_STRIDES", "y_stride", strides_of(outer, y_operand));
    add_rank(builder, "RANK", outer);
    add_lanes(builder, "x", "X_NEIGHBOURS", lanes.strides[x_operand]);
    add_lanes(builder, "y", "Y_NEIGHBOURS", lanes.strides[y_operand]);
    builder.constant("FROM", type_text(from)).constant("TO", type_text(to));
    const Tiling tiles = tiling(iterations(outer), lanes.extent, 1, device);
    add_tiling(builder, tiles);
    return builder.finish(tiles.tiles);
}

}  // namespace abut::ops
