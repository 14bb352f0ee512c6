// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <utility>
#include <variant>

#include "ops/conv2d_problem.hpp"
#include "ops/group_window.hpp"
#include "ops/transpose_phases.hpp"
#include "ops/window_step.hpp"
#include "ops/window_views.hpp"

namespace abut::ops {
namespace {

using Phases = std::vector<TransposePhase>;

WindowAxis transposed_axis(const ConvTranspose2d& conv, const StepSpec& step, std::size_t axis) {
    const int of_image = static_cast<int>(axis) + 2;
    return {.in = step.reads[0].spec.shape()[of_image],
            .out = step.writes[0].spec.shape()[of_image],
            .kernel = step.reads[1].spec.shape()[of_image],
            .stride = conv.strides[axis],
            .dilation = conv.dilations[axis],
            .pad = conv.pads[axis]};
}

/// "{1, 0}": a list of a number of each phase.
template <class Number>
std::string list_text(const Phases& phases, Number number) {
    std::vector<std::int64_t> numbers;
    for (const TransposePhase& phase : phases) numbers.push_back(number(phase));
    return fmt::format("{{{}}}", fmt::join(numbers, ", "));
}

/// For each phase of rows and columns the taps of the phases before it; at the end, of all.
std::vector<std::size_t> taps_before(const Phases& rows, const Phases& columns) {
    std::vector<std::size_t> before{0};
    for (const TransposePhase& row : rows) {
        for (const TransposePhase& column : columns) before.push_back(before.back() + row.taps.size() * column.taps.size());
    }
    return before;
}

void add_axis(StepBuilder& builder, const std::string& name, const Phases& phases) {
    builder.constant("PHASE_" + name, static_cast<std::int64_t>(phases.size()))
        .constant("FIRST_OUT_" + name, list_text(phases, [](const TransposePhase& phase) { return phase.first_out; }))
        .constant("FIRST_IN_" + name, list_text(phases, [](const TransposePhase& phase) { return phase.first_in; }))
        .constant("TAPS_" + name, list_text(phases, [](const TransposePhase& phase) {
                      return static_cast<std::int64_t>(phase.taps.size());
                  }));
}

void add_phases(StepBuilder& builder, const Phases& rows, const Phases& columns) {
    const auto before = taps_before(rows, columns);
    builder.constant("GROUP_TAPS", static_cast<std::int64_t>(before.back()))
        .constant("PHASE_TAPS", fmt::format("{{{}}}", fmt::join(before.begin(), before.end() - 1, ", ")));
    add_axis(builder, "ROWS", rows);
    add_axis(builder, "COLUMNS", columns);
}

std::vector<TapGrid> tap_grids(const Phases& rows, const Phases& columns) {
    std::vector<TapGrid> grids;
    for (const TransposePhase& row : rows) {
        for (const TransposePhase& column : columns) grids.push_back({row.taps, column.taps});
    }
    return grids;
}

}  // namespace

LoweredStep lower_conv_transpose2d(const StepSpec& step, const DeviceProfile& device) {
    const auto& conv = std::get<ConvTranspose2d>(step.operation);
    require_operands(step, "conv_transpose2d");
    const WeightsShape weights = transposed_weights(step.reads.at(1).spec.shape(), conv.groups);
    const WindowAxis row_axis = transposed_axis(conv, step, 0);
    const WindowAxis column_axis = transposed_axis(conv, step, 1);
    const Phases rows = transpose_phases(row_axis);
    const Phases columns = transpose_phases(column_axis);
    WindowProblem problem;
    problem.images = step.reads[0].spec.shape()[0];
    problem.groups = conv.groups;
    problem.channels = weights.channels;
    problem.out_channels = weights.out_channels;
    problem.rows = phase_axis(row_axis, rows);
    problem.columns = phase_axis(column_axis, columns);
    problem.x = image_segments(step);
    problem.y = image_stores(step);
    problem.epilogue = fuse(conv.epilogue, "e", step, 2, step.writes[0].spec.shape());
    const auto phase_count = static_cast<std::int64_t>(rows.size() * columns.size());
    const auto packed = [&](const ReductionOrder& order, std::int64_t lanes) {
        return packed_weights(step.reads[1].constant, weights, tap_grids(rows, columns), order, lanes);
    };
    const auto begin = [&](PackedConstant packed_by_phase) {
        StepBuilder builder("conv_transpose2d",
                            device.kernels == KernelFamily::Cpu ? numbers_of(problem) : Numbers::Constants);
        add_convolution_operands(builder, problem, std::move(packed_by_phase));
        builder.constant("OUT_ROW_STEP", row_axis.stride)
            .constant("OUT_COLUMN_STEP", column_axis.stride)
            .number("OUT_HEIGHT", row_axis.out)
            .number("OUT_WIDTH", column_axis.out)
            .number("GROUPS", problem.groups);
        add_phases(builder, rows, columns);
        return builder;
    };
    if (device.kernels == KernelFamily::Gpu) {
        set_widths(problem, step);
        const GroupProblem product = group_problem(problem);
        const GroupTile tile = choose_group_tile(product, device);
        const Plane plane{.images = problem.images, .height = problem.rows.out, .width = problem.columns.out};
        auto by_phase = packed(group_reduction_order(problem), tile.channels);
        const std::int64_t packed_bytes = by_phase.size_bytes;
        StepBuilder builder = begin(std::move(by_phase));
        add_window_index(builder, step, problem, packed_bytes);
        add_tap_steps(builder, problem);
        builder.constant("UNPACKED", 0).constant("STRIDE_ROW", 1).constant("STRIDE_COLUMN", 1);
        add_group_window(builder, problem, plane, tile);
        return builder.finish(group_tiles(product, tile) * phase_count);
    }
    const WindowTile tile = choose_tile(problem, device);
    StepBuilder builder = begin(packed(reduction_order(problem), tile.lanes()));
    add_prefetch(builder, problem, tile, 1);  // the taps of phases lie between its ranges
    builder.number("IMAGES", problem.images);
    add_window(builder, problem, tile);
    return builder.finish(window_tiles(problem, tile) * phase_count);
}

}  // namespace abut::ops
