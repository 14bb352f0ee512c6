// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "core/fail.hpp"
#include "ops/elementwise.hpp"
#include "ops/group_access.hpp"
#include "ops/loop_nest.hpp"
#include "ops/loop_parameters.hpp"
#include "ops/operands.hpp"
#include "ops/packing.hpp"
#include "ops/step_builder.hpp"

namespace abut::ops {
namespace {

/// The view of the input whose elements, in row-major order, are those of the output.
struct Source {
    Layout layout;
    std::int64_t begin = 0;  ///< elements from the input's base to element 0
};

struct SourceOf {
    const Layout& input;

    Source operator()(const Transpose& transpose) const { return {input.permute(transpose.permutation)}; }
    Source operator()(const Slice& slice) const {
        Source source{{slice.sizes, input.strides}};
        if (element_count(slice.sizes) == 0) return source;
        for (int axis = 0; axis < slice.sizes.rank(); ++axis) {
            source.begin += slice.begin[axis] * input.strides[axis];
            source.layout.strides[axis] *= slice.steps[axis];
        }
        return source;
    }
    template <class Same>
    Source operator()(const Same&) const {
        return {input};
    }
};

/// What copy.cl and transpose.cl have in common.
StepBuilder begin_blocks(const std::string& stem, const StepSpec& step, const LoopNest& outer, std::int64_t begin,
                         std::int64_t width) {
    StepBuilder builder(stem);
    const std::int64_t guard_bytes = width * size_bytes(DType::Float32);
    add_input(builder, "x", step, 0, guard_bytes);
    add_output(builder, "y", guard_bytes);
    builder.scalar("x_begin", begin, width);
    add_list(builder, "EXTENTS", "extent", extents_of(outer));
    add_list(builder, "X_STRIDES", "x_stride", strides_of(outer, x_operand), 0, width);
    add_list(builder, "Y_STRIDES", "y_stride", strides_of(outer, y_operand), 0, width);
    add_rank(builder, "RANK", outer);
    return builder;
}

/// Elements that one access of a row may have.
std::int64_t row_width(const StepSpec& step, const LoopNest& outer, std::int64_t length, std::int64_t begin) {
    std::vector<std::int64_t> moves{length, begin};
    for (const LoopAxis& loop : outer) moves.insert(moves.end(), loop.strides.begin(), loop.strides.end());
    const auto of_x = known_alignment_bytes(step.reads[0]);
    const auto of_y = known_alignment_bytes(step.writes[0]);
    return pack_width(std::min(of_x, of_y), moves);
}

LoweredStep lower_rows(const StepSpec& step, LoopNest outer, std::size_t axis, std::int64_t begin,
                       const DeviceProfile& device) {
    const std::int64_t length = taken(outer, axis).extent;
    outer = joined(std::move(outer));
    const std::int64_t rows = iterations(outer);
    Tiling tiles = tiling(rows, length, 1, device);
    // No chunk may be shorter than the vector that ends it.
    const bool short_end =
        device.kernels == KernelFamily::Cpu && tiles.chunks > 1 && length - (tiles.chunks - 1) * tiles.chunk < vector_lanes;
    if (short_end) {
        tiles.tiles = tiles.tiles / tiles.chunks * (tiles.chunks - 1);
        --tiles.chunks;
    }
    if (device.kernels == KernelFamily::Gpu) {
        const std::int64_t width = row_width(step, outer, length, begin);
        StepBuilder builder = begin_blocks("copy", step, outer, begin, width);
        add_group(builder, step, width);
        add_tiling(builder, tiles, width);
        return builder.finish(tiles.tiles);
    }
    StepBuilder builder = begin_blocks("copy", step, outer, begin, 1);
    add_tiling(builder, tiles);
    return builder.finish(tiles.tiles);
}

/// By blocks of 32 by 32 that turn in local memory.
LoweredStep lower_transpose_groups(const StepSpec& step, const LoopNest& outer, const LoopAxis& along_x,
                                   const LoopAxis& along_y, std::int64_t begin) {
    constexpr std::int64_t side = 32;
    const std::int64_t x_blocks = divided_up(along_x.extent, side);
    const std::int64_t y_blocks = divided_up(along_y.extent, side);
    StepBuilder builder = begin_blocks("transpose", step, outer, begin, 1);
    builder.scalar("x_length", along_x.extent)
        .scalar("length", along_y.extent)
        .scalar("x_pitch", along_y.strides[x_operand])
        .scalar("y_pitch", along_x.strides[y_operand])
        .scalar("x_blocks", x_blocks)
        .scalar("y_blocks", y_blocks);
    add_index_type(builder, step);
    builder.group(group_items, side * (side + 1));
    return builder.finish(iterations(outer) * x_blocks * y_blocks);
}

LoweredStep lower_transpose(const StepSpec& step, LoopNest outer, std::size_t x_axis, std::size_t y_axis, std::int64_t begin,
                            const DeviceProfile& device) {
    const LoopAxis along_x = outer[x_axis];
    const LoopAxis along_y = outer[y_axis];
    taken(outer, std::max(x_axis, y_axis));
    taken(outer, std::min(x_axis, y_axis));
    outer = joined(std::move(outer));
    if (device.kernels == KernelFamily::Gpu) return lower_transpose_groups(step, outer, along_x, along_y, begin);
    const std::int64_t strips = (along_x.extent + vector_lanes - 1) / vector_lanes;
    const std::int64_t rows = iterations(outer) * strips;
    const Tiling tiles = tiling(rows, along_y.extent, vector_lanes, device);
    StepBuilder builder = begin_blocks("transpose", step, outer, begin, 1);
    builder.scalar("x_length", along_x.extent);
    builder.scalar("x_pitch", along_y.strides[x_operand]);
    builder.scalar("y_pitch", along_x.strides[y_operand]);
    builder.scalar("strips", strips);
    add_tiling(builder, tiles);
    return builder.finish(tiles.tiles);
}

/// The loop that `operand` walks in single steps, if it fills a vector.
std::optional<std::size_t> unit_axis(const LoopNest& nest, std::size_t operand) {
    const auto axis = std::ranges::find_if(
        nest, [&](const LoopAxis& loop) { return loop.extent >= vector_lanes && loop.strides[operand] == 1; });
    return axis == nest.end() ? std::nullopt : std::optional(static_cast<std::size_t>(axis - nest.begin()));
}

void require_copyable(const StepSpec& step) {
    core::require(step.reads.size() == 1 && step.writes.size() == 1, "a copy was given {} inputs and {} outputs",
                  step.reads.size(), step.writes.size());
    const DType from = step.reads[0].spec.dtype;
    const DType to = step.writes[0].spec.dtype;
    if (from == to && size_bytes(from) == size_bytes(DType::Float32)) return;
    core::fail(ErrorCode::Unsupported, "copies have kernels for elements of 4 bytes only, not from {} to {}",
               to_string(from), to_string(to));
}

}  // namespace

LoweredStep lower_copy(const StepSpec& step, const DeviceProfile& device) {
    require_copyable(step);
    const Layout input = layout_of(step.reads[0]);
    const Source source = std::visit(SourceOf{input}, step.operation);
    const Layout& output = step.writes[0].spec.layout;
    core::require(source.layout.shape == output.shape, "{} was given a result of shape {} for elements of shape {}",
                  name_of(step.operation), to_string(output.shape), to_string(source.layout.shape));
    const std::array strides{source.layout.strides, output.strides};
    const LoopNest nest = normalised(loop_nest(output.shape, strides), y_operand);
    const auto along_x = unit_axis(nest, x_operand);
    const auto along_y = unit_axis(nest, y_operand);
    if (along_x && along_x == along_y) return lower_rows(step, nest, *along_x, source.begin, device);
    if (along_x && along_y) return lower_transpose(step, nest, *along_x, *along_y, source.begin, device);
    const LaneOperand operand{.bind = [&step](StepBuilder& builder, const std::string& name,
                                              std::int64_t guard) { add_input(builder, name, step, 0, guard); },
                              .alignment_bytes = known_alignment_bytes(step.reads[0]),
                              .begin = source.begin};
    return lower_lanes(Expression{}, {operand}, nest, step, device);
}

}  // namespace abut::ops
