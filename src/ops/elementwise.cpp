// SPDX-License-Identifier: Apache-2.0
#include "ops/elementwise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <utility>

#include "ops/expression_code.hpp"
#include "ops/group_access.hpp"
#include "ops/loop_parameters.hpp"
#include "ops/operands.hpp"
#include "ops/permuted_constant.hpp"

namespace abut::ops {
namespace {

/// The C texts that elementwise.cl is put together from; operands are x0, x1, ..., the outputs y0, y1, ....
struct Texts {
    std::string parameters;  ///< of the function
    std::string strides;     ///< arrays of the outer loops' strides
    std::string row;         ///< pointers to a row's first element; operands that don't change along it
    std::string loads;       ///< packs of lanes from lane i on
    std::string operands;    ///< the function's arguments
    std::string store;
};

void add_operand(StepBuilder& builder, Texts& texts, const LaneOperand& operand, std::size_t number, const LoopNest& outer,
                 std::int64_t lane_stride, std::int64_t width) {
    const std::string name = fmt::format("x{}", number);
    // Packs of neighbours begin where all that moves them is a multiple of their width.
    const std::int64_t guard = lane_stride == 1 ? width : 1;
    operand.bind(builder, name, guard * element_bytes);
    std::string base = fmt::format("{0} + {0}_offset", name);
    if (operand.begin != 0) {
        builder.scalar(name + "_begin", operand.begin, guard);
        base += fmt::format(" + {}_begin", name);
    }
    const std::string list = fmt::format("X{}_STRIDES", number);
    add_list(builder, list, name + "_stride", strides_of(outer, number), 0, guard);
    const char* separator = number == 0 ? "" : ", ";
    texts.parameters += fmt::format("{}const VALUE {}", separator, name);
    texts.strides += fmt::format("const INDEX {}_strides[] = {}; ", name, list);
    texts.row +=
        fmt::format("const __global float* p{0} = {1} + LOCAL(walk_offset)(RANK, x{0}_strides, index); ", number, base);
    texts.operands += separator;
    if (lane_stride == 0) {
        texts.row += fmt::format("const VALUE s{0} = (VALUE)(*p{0}); ", number);
        texts.operands += fmt::format("s{}", number);
        return;
    }
    texts.operands += fmt::format("LANE_OF(v{})", number);
    if (lane_stride == 1) {
        texts.loads += fmt::format("const PACK v{0} = LOAD_PACK(p{0} + i); ", number);
    } else {
        builder.scalar(name + "_lane", lane_stride);
        texts.loads += fmt::format("const PACK v{0} = GATHER_PACK(p{0} + i * x{0}_lane, x{0}_lane); ", number);
    }
}

/// The step's write `index`, whose strides in the nest are those of operand `number`.
void add_output(StepBuilder& builder, Texts& texts, int index, std::size_t number, const LoopNest& outer,
                std::int64_t lane_stride, std::int64_t width) {
    const std::string name = fmt::format("y{}", index);
    const std::int64_t guard = lane_stride == 1 ? width : 1;
    builder.write(name, index, guard * element_bytes);
    const std::string list = fmt::format("Y{}_STRIDES", index);
    add_list(builder, list, name + "_stride", strides_of(outer, number), 0, guard);
    texts.strides += fmt::format("const INDEX {}_strides[] = {}; ", name, list);
    texts.row +=
        fmt::format("__global float* q{1} = {0} + {0}_offset + LOCAL(walk_offset)(RANK, {0}_strides, index); ", name, index);
    if (lane_stride == 1) {
        texts.store += fmt::format("STORE_PACK(q{} + i, result); ", index);
        return;
    }
    builder.scalar(name + "_lane", lane_stride);
    texts.store += fmt::format("SCATTER_PACK(q{0} + i * {1}_lane, {1}_lane, result); ", index, name);
}

/// Lanes that a work-item may have at once: every operand whose lanes are neighbours lies so that each pack is aligned.
std::int64_t lanes_at_once(const std::vector<LaneOperand>& operands, const StepSpec& step, const LoopNest& outer,
                           const LoopAxis& lanes) {
    std::int64_t width = widest_pack;
    for (std::size_t number = 0; number < lanes.strides.size(); ++number) {
        if (lanes.strides[number] != 1) continue;
        std::vector<std::int64_t> moves = strides_of(outer, number);
        moves.push_back(lanes.extent);
        const bool is_read = number < operands.size();
        if (is_read) moves.push_back(operands[number].begin);
        const std::int64_t alignment_bytes =
            is_read ? operands[number].alignment_bytes : known_alignment_bytes(step.writes[number - operands.size()]);
        width = std::min(width, pack_width(alignment_bytes, moves));
    }
    return lanes.strides[operands.size()] == 1 ? width : 1;
}

/// Axes of `output` from the outermost in memory to the innermost.
std::vector<int> memory_order(const Layout& output) {
    std::vector<int> order(static_cast<std::size_t>(output.shape.rank()));
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, std::ranges::greater{}, [&](int axis) { return std::abs(output.strides[axis]); });
    return order;
}

/// `shape` with axes of extent 1 before it.
Shape with_rank(const Shape& shape, int rank) {
    Shape result = Dims::filled(rank, 1);
    for (int axis = 0; axis < shape.rank(); ++axis) result[rank - shape.rank() + axis] = shape[axis];
    return result;
}

/// Constants are packed in the output's order in memory, so that they are read as it is written.
LaneOperand constant_operand(const Operand& operand, const Layout& output, Strides& strides) {
    const std::vector<int> order = memory_order(output);
    const Shape shape = with_rank(operand.spec.shape(), output.shape.rank());
    strides = Layout{shape, permuted_strides(shape, order)}.broadcast(output.shape).strides;
    const ValueId value = operand.constant;
    return {.bind = [=](StepBuilder& builder, const std::string& name,
                        std::int64_t guard) { builder.packed(name, permuted_constant(value, shape, order), guard); },
            .alignment_bytes = known_alignment_bytes(operand)};
}

LaneOperand view_operand(const StepSpec& step, int index, const Layout& output, Strides& strides) {
    strides = step.reads[static_cast<std::size_t>(index)].spec.layout.broadcast(output.shape).strides;
    return {.bind = [&step, index](StepBuilder& builder, const std::string& name,
                                   std::int64_t guard) { add_input(builder, name, step, index, guard); },
            .alignment_bytes = known_alignment_bytes(step.reads[static_cast<std::size_t>(index)])};
}

}  // namespace

LoweredStep lower_lanes(const Expression& expression, const std::vector<LaneOperand>& operands, LoopNest nest,
                        const StepSpec& step, const DeviceProfile& device) {
    const bool by_groups = device.kernels == KernelFamily::Gpu;
    const auto outputs = static_cast<int>(step.writes.size());
    const std::size_t y = operands.size();
    LoopNest outer = normalised(std::move(nest), y);
    LoopAxis lanes{.extent = 1, .strides = std::vector<std::int64_t>(y + static_cast<std::size_t>(outputs), 1)};
    if (const int axis = lane_axis(outer, std::span(&y, 1)); axis >= 0) lanes = taken(outer, static_cast<std::size_t>(axis));
    outer = joined(std::move(outer));

    const std::int64_t width = by_groups ? lanes_at_once(operands, step, outer, lanes) : 1;
    StepBuilder builder("elementwise");
    if (by_groups) add_group(builder, step, width);
    Texts texts;
    for (std::size_t i = 0; i < y; ++i) add_operand(builder, texts, operands[i], i, outer, lanes.strides[i], width);
    for (int i = 0; i < outputs; ++i) {
        const std::size_t number = y + static_cast<std::size_t>(i);
        add_output(builder, texts, i, number, outer, lanes.strides[number], width);
    }
    const std::int64_t rows = iterations(outer);
    const Tiling tiles = tiling(rows, lanes.extent, 1, device);
    add_list(builder, "EXTENTS", "extent", extents_of(outer));
    add_tiling(builder, tiles, width);
    add_rank(builder, "RANK", outer);
    builder.constant("FUNCTION_PARAMETERS", texts.parameters.empty() ? "void" : texts.parameters);
    builder.constant("FUNCTION_BODY", function_body(expression));
    builder.constant("STRIDES", texts.strides);
    builder.constant("ROW", texts.row);
    builder.constant("LOADS", texts.loads);
    builder.constant("OPERANDS", texts.operands);
    builder.constant("STORE", texts.store);
    return builder.finish(tiles.tiles);
}

LoweredStep lower_elementwise(const StepSpec& step, const DeviceProfile& device) {
    const Expression& expression = std::get<Elementwise>(step.operation).expression;
    require_float32(step, expression.operands);
    const Layout& output = step.writes[0].spec.layout;
    std::vector<LaneOperand> operands;
    std::vector<Strides> strides(static_cast<std::size_t>(expression.operands));
    for (int i = 0; i < expression.operands; ++i) {
        const auto index = static_cast<std::size_t>(i);
        const Operand& operand = step.reads[index];
        operands.push_back(operand.constant.index >= 0 ? constant_operand(operand, output, strides[index])
                                                       : view_operand(step, i, output, strides[index]));
    }
    for (const Operand& write : step.writes) strides.push_back(write.spec.layout.strides);
    return lower_lanes(expression, operands, loop_nest(output.shape, strides), step, device);
}

}  // namespace abut::ops
