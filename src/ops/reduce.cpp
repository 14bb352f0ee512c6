// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>

#include "core/fail.hpp"
#include "ops/group_access.hpp"
#include "ops/loop_nest.hpp"
#include "ops/loop_parameters.hpp"
#include "ops/operands.hpp"
#include "ops/step_builder.hpp"

namespace abut::ops {
namespace {

constexpr std::int64_t vectors_at_once = 4;  // hides the latency of an addition

/// The C texts of reduce_kind.cl.
struct Kind {
    std::string initial = "0.0f";
    std::string mapped = "v";
    std::string combined = "a + b";
    std::string finished = "v";
    bool shifted = false;
};

Kind kind_of(ReduceKind kind) {
    switch (kind) {
        case ReduceKind::Sum:
            return {};
        case ReduceKind::Mean:
            return {.finished = "v / (float)elements"};
        case ReduceKind::Max:
            return {.initial = "-INFINITY", .combined = "maximum(a, b)"};
        case ReduceKind::Min:
            return {.initial = "INFINITY", .combined = "minimum(a, b)"};
        case ReduceKind::Product:
            return {.initial = "1.0f", .combined = "a * b"};
        case ReduceKind::SumSquare:
            return {.mapped = "v * v"};
        case ReduceKind::L1:
            return {.mapped = "fabs(v)"};
        case ReduceKind::L2:
            return {.mapped = "v * v", .finished = "sqrt(v)"};
        case ReduceKind::LogSum:
            return {.finished = "log(v)"};
        case ReduceKind::LogSumExp:
            return {.mapped = "exp(v - shift)", .finished = "log(v) + shift", .shifted = true};
    }
    core::fail(ErrorCode::Unsupported, "reduce was given a kind that kernels don't know");
}

/// The loops over results and over the elements of each. Strides are x's and y's; y's of folded loops are 0.
struct Loops {
    LoopNest kept;
    LoopNest folded;
};

Loops loops_of(const Reduce& reduce, const Layout& x, const Layout& y) {
    Loops loops;
    int result_axis = 0;
    for (int axis = 0; axis < x.shape.rank(); ++axis) {
        if (std::ranges::find(reduce.axes, axis) != reduce.axes.end()) {
            loops.folded.push_back({.extent = x.shape[axis], .strides = {x.strides[axis], 0}});
            if (reduce.keep_dims) ++result_axis;
            continue;
        }
        core::require(result_axis < y.shape.rank() && y.shape[result_axis] == x.shape[axis],
                      "reduce was given a result of shape {} for an input of shape {}", to_string(y.shape),
                      to_string(x.shape));
        loops.kept.push_back({.extent = x.shape[axis], .strides = {x.strides[axis], y.strides[result_axis]}});
        ++result_axis;
    }
    return {.kept = normalised(std::move(loops.kept), y_operand), .folded = normalised(std::move(loops.folded), x_operand)};
}

/// Takes the loop at `index`; one of extent 1 if there is none.
LoopAxis taken_or_one(LoopNest& nest, int index) {
    if (index < 0) return {.extent = 1, .strides = {1, 1}};
    return taken(nest, static_cast<std::size_t>(index));
}

bool fills_lanes(const LoopNest& nest, int axis, bool neighbours) {
    if (axis < 0) return false;
    const LoopAxis& loop = nest[static_cast<std::size_t>(axis)];
    return loop.extent >= half_vector && (!neighbours || loop.strides[x_operand] == 1);
}

/// Whether lanes are results: where these are neighbours in x, or else where the elements of one are no better.
bool lanes_are_results(const Loops& loops, int kept_axis, int folded_axis) {
    if (fills_lanes(loops.kept, kept_axis, true)) return true;
    if (fills_lanes(loops.folded, folded_axis, true)) return false;
    return fills_lanes(loops.kept, kept_axis, false);
}

void add_loops(StepBuilder& builder, const LoopNest& kept, const LoopNest& folded) {
    add_list(builder, "EXTENTS", "extent", extents_of(kept));
    add_list(builder, "X_STRIDES", "x_stride", strides_of(kept, x_operand));
    add_list(builder, "Y_STRIDES", "y_stride", strides_of(kept, y_operand));
    add_rank(builder, "RANK", kept);
    add_list(builder, "FOLD_EXTENTS", "fold_extent", extents_of(folded));
    add_list(builder, "FOLD_STRIDES", "fold_stride", strides_of(folded, x_operand));
    add_rank(builder, "FOLD_RANK", folded);
}

void add_folds(StepBuilder& builder, const LoopNest& kept, const LoopNest& folded, std::int64_t steps) {
    add_loops(builder, kept, folded);
    builder.scalar("folds", iterations(folded));
    builder.scalar("steps", steps);
}

void add_kind(StepBuilder& builder, const Kind& kind) {
    builder.constant("INITIAL", kind.initial);
    builder.constant("MAPPED", kind.mapped);
    builder.constant("COMBINED", kind.combined);
    builder.constant("FINISHED", kind.finished);
    builder.constant("SHIFTED", kind.shifted ? 1 : 0);
}

StepBuilder begin_reduce(const std::string& stem, const StepSpec& step, const Kind& kind) {
    StepBuilder builder(stem);
    add_input(builder, "x", step, 0);
    add_output(builder, "y");
    add_kind(builder, kind);
    return builder;
}

/// The loop at `index` goes to the innermost place.
void make_last(LoopNest& nest, int index) {
    if (index >= 0) nest.push_back(taken(nest, static_cast<std::size_t>(index)));
}

/// By groups of work-items that share the elements of a result.
LoweredStep lower_groups(const StepSpec& step, Loops& loops, const Kind& kind, int kept_axis, int folded_axis) {
    const bool adjacent = !lanes_are_results(loops, kept_axis, folded_axis);
    if (adjacent) {
        make_last(loops.folded, folded_axis);
    } else {
        make_last(loops.kept, kept_axis);
    }
    StepBuilder builder = begin_reduce("reduce", step, kind);
    add_loops(builder, loops.kept, loops.folded);
    const std::int64_t results = iterations(loops.kept);
    const std::int64_t elements = iterations(loops.folded);
    builder.scalar("results", results);
    builder.scalar("elements", elements);
    return builder.finish(add_parts(builder, step, results, elements, adjacent));
}

}  // namespace

LoweredStep lower_reduce(const StepSpec& step, const DeviceProfile& device) {
    const auto& reduce = std::get<Reduce>(step.operation);
    require_float32(step, 1);
    Loops loops = loops_of(reduce, layout_of(step.reads[0]), step.writes[0].spec.layout);
    const Kind kind = kind_of(reduce.kind);
    const std::int64_t elements = iterations(loops.folded);
    constexpr std::array<std::size_t, 1> along_x{x_operand};
    const int kept_axis = lane_axis(loops.kept, along_x);
    const int folded_axis = lane_axis(loops.folded, along_x);

    if (device.kernels == KernelFamily::Gpu) return lower_groups(step, loops, kind, kept_axis, folded_axis);
    if (lanes_are_results(loops, kept_axis, folded_axis)) {
        const LoopAxis lanes = taken_or_one(loops.kept, kept_axis);
        const LoopAxis steps = taken_or_one(loops.folded, static_cast<int>(loops.folded.size()) - 1);
        const Tiling tiles = tiling(iterations(loops.kept), lanes.extent, elements, device);
        StepBuilder builder = begin_reduce("reduce", step, kind);
        add_lanes(builder, "x", "X_NEIGHBOURS", lanes.strides[x_operand]);
        add_lanes(builder, "y", "Y_NEIGHBOURS", lanes.strides[y_operand]);
        builder.constant("VECTORS", lanes.strides[x_operand] == 1 ? vectors_at_once : 1);
        add_folds(builder, loops.kept, loops.folded, steps.extent);
        builder.scalar("step", steps.strides[x_operand]);
        add_tiling(builder, tiles);
        return builder.finish(tiles.tiles);
    }
    const LoopAxis lanes = taken_or_one(loops.folded, folded_axis);
    const std::int64_t rows = iterations(loops.kept);
    const Tiling tiles = tiling(rows, 1, elements, device);
    StepBuilder builder = begin_reduce("reduce_rows", step, kind);
    add_lanes(builder, "x", "X_NEIGHBOURS", lanes.strides[x_operand]);
    builder.constant("Y_NEIGHBOURS", 1);
    add_folds(builder, loops.kept, loops.folded, lanes.extent);
    builder.scalar("rows", rows);
    builder.scalar("block", tiles.block);
    return builder.finish(tiles.tiles);
}

}  // namespace abut::ops
