// SPDX-License-Identifier: Apache-2.0
#include "ops/dense_problem.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>
#include <vector>

#include "core/fail.hpp"

namespace abut::ops {
namespace {

/// An axis of the batch or the rows of a: its extent and how far each view moves along it.
struct PixelAxis {
    std::int64_t extent = 1;
    std::vector<std::int64_t> strides;
};

/// `inner` joined with the axis around it, if every view walks both as one.
bool join_into(PixelAxis& outer, const PixelAxis& inner) {
    std::vector<std::int64_t> joined;
    for (std::size_t view = 0; view < outer.strides.size(); ++view) {
        const auto stride = merged_stride(outer.extent, outer.strides[view], inner.extent, inner.strides[view]);
        if (!stride) return false;
        joined.push_back(*stride);
    }
    outer = {.extent = outer.extent * inner.extent, .strides = std::move(joined)};
    return true;
}

/// The last two axes as {depth or rows, columns}, swapped where the value is given transposed.
Layout matrix_layout(const Layout& layout, bool transposed) {
    if (!transposed) return layout;
    Dims permutation;
    for (int axis = 0; axis < layout.shape.rank() - 2; ++axis) permutation.push_back(axis);
    permutation.push_back(layout.shape.rank() - 1);
    permutation.push_back(layout.shape.rank() - 2);
    return layout.permute(permutation);
}

/// `shape` with its last two extents replaced.
Shape with_matrix(Shape shape, std::int64_t rows, std::int64_t columns) {
    shape[shape.rank() - 2] = rows;
    shape[shape.rank() - 1] = columns;
    return shape;
}

/// All views of the product over the output's batch: a, b, the output, the epilogue's operands, the further segments of
/// a, the further stores of the output.
std::vector<Layout> view_layouts(const StepSpec& step, const Dense& dense) {
    const Shape& out = step.writes[0].spec.shape();
    const auto of_constant = [](const Operand& operand) {
        return operand.constant.index >= 0 ? Layout::dense(operand.spec.shape()) : operand.spec.layout;
    };
    const auto of_rows = [&](const Operand& operand) {
        const Layout a = matrix_layout(operand.spec.layout, dense.transpose_a);
        return a.broadcast(with_matrix(out, out[out.rank() - 2], a.shape[a.shape.rank() - 1]));
    };
    const Layout b = matrix_layout(of_constant(step.reads[1]), dense.transpose_b);
    const Shape columns = with_matrix(out, b.shape[b.shape.rank() - 2], out[out.rank() - 1]);
    std::vector<Layout> layouts{of_rows(step.reads[0]), b.broadcast(columns), step.writes[0].spec.layout};
    const std::size_t operands = step.reads.size() - static_cast<std::size_t>(step.segments);
    for (std::size_t i = 2; i < operands; ++i) layouts.push_back(of_constant(step.reads[i]).broadcast(out));
    for (std::size_t i = operands; i < step.reads.size(); ++i) layouts.push_back(of_rows(step.reads[i]));
    for (std::size_t i = 1; i < step.writes.size(); ++i) layouts.push_back(step.writes[i].spec.layout);
    return layouts;
}

constexpr std::size_t of_b = 1;
constexpr std::size_t of_output = 2;

/// Batch axes, then the rows of a, joined as far as the views allow; at least the last.
std::vector<PixelAxis> pixel_axes(const std::vector<Layout>& layouts, const Shape& out) {
    std::vector<PixelAxis> axes;
    for (int axis = 0; axis < out.rank() - 1; ++axis) {
        PixelAxis next{.extent = out[axis], .strides = {}};
        const bool is_row = axis == out.rank() - 2;
        for (std::size_t view = 0; view < layouts.size(); ++view) {
            const bool repeats = out[axis] == 1 || (is_row && view == of_b);
            next.strides.push_back(repeats ? 0 : layouts[view].strides[axis]);
        }
        if (axes.empty() || !join_into(axes.back(), next)) axes.push_back(std::move(next));
    }
    return axes;
}

ImageStrides strides_of(const std::array<PixelAxis, 3>& axes, std::size_t view, std::int64_t channel) {
    return {
        .image = axes[0].strides[view], .channel = channel, .row = axes[1].strides[view], .column = axes[2].strides[view]};
}

/// The axes as {image, row, column}; missing ones have extent 1.
std::array<PixelAxis, 3> image_axes(std::vector<PixelAxis> axes, std::size_t views) {
    const PixelAxis one{.extent = 1, .strides = std::vector<std::int64_t>(views, 0)};
    // The column is a row of a: b must not move along it.
    if (axes.back().strides[of_b] != 0) axes.push_back(one);
    if (axes.size() > 3) {
        core::fail(ErrorCode::Unsupported, "dense: a batch of {} axes that lie apart in memory, expected at most 2",
                   axes.size() - 1);
    }
    while (axes.size() < 3) axes.insert(axes.begin(), one);
    return {axes[0], axes[1], axes[2]};
}

WindowAxis pointwise_axis(std::int64_t extent) {
    return {.in = extent, .out = extent};
}

void require_float32(const StepSpec& step) {
    const auto check = [](const Operand& operand, std::string_view what) {
        if (operand.spec.dtype == DType::Float32) return;
        core::fail(ErrorCode::Unsupported, "dense: {}: expected float32, found {}", what, to_string(operand.spec.dtype));
    };
    for (std::size_t i = 0; i < step.reads.size(); ++i) check(step.reads[i], i == 0 ? "a" : i == 1 ? "b" : "an operand");
    for (const auto& write : step.writes) check(write, "the output");
}

}  // namespace

DenseProblem dense_problem(const StepSpec& step) {
    require_float32(step);
    const auto& dense = std::get<Dense>(step.operation);
    const Shape& out = step.writes.at(0).spec.shape();
    const std::vector<Layout> layouts = view_layouts(step, dense);
    const auto axes = image_axes(pixel_axes(layouts, out), layouts.size());
    const auto last_stride = [&](const Layout& layout) {
        const int last = layout.shape.rank() - 1;
        return layout.shape[last] > 1 ? layout.strides[last] : 0;
    };
    DenseProblem problem;
    WindowProblem& window = problem.window;
    window.images = axes[0].extent;
    window.rows = pointwise_axis(axes[1].extent);
    window.columns = pointwise_axis(axes[2].extent);
    window.channels = layouts[of_b].shape[out.rank() - 2];
    window.out_channels = out[out.rank() - 1];
    const auto add_segment = [&](std::size_t view, std::size_t read) {
        window.x.push_back({.channels = layouts[view].shape[out.rank() - 1],
                            .read = static_cast<int>(read),
                            .strides = strides_of(axes, view, last_stride(layouts[view]))});
    };
    add_segment(0, 0);
    const auto add_store = [&](std::size_t view, std::size_t write) {
        window.y.push_back(
            {.write = static_cast<int>(write), .strides = strides_of(axes, view, last_stride(layouts[view]))});
    };
    add_store(of_output, 0);
    // The views of further segments and stores are the last, as their reads and writes are.
    const auto stores = static_cast<std::size_t>(step.stores);
    const auto segments = static_cast<std::size_t>(step.segments);
    const std::size_t first_segment = layouts.size() - stores - segments;
    for (std::size_t i = 0; i < segments; ++i) add_segment(first_segment + i, step.reads.size() - segments + i);
    for (std::size_t i = 0; i < stores; ++i) add_store(layouts.size() - stores + i, i + 1);
    problem.b = {.image = axes[0].strides[of_b],
                 .row = axes[1].strides[of_b],
                 .depth = layouts[of_b].strides[out.rank() - 2],
                 .lane = layouts[of_b].strides[out.rank() - 1]};
    problem.packs_b = step.reads[1].constant.index >= 0 && problem.b.image == 0 && problem.b.row == 0;
    window.epilogue = fuse_parameters(dense.epilogue, "e", step, 2);
    for (std::size_t i = 0; i < window.epilogue.operands.size(); ++i) {
        const std::size_t view = of_output + 1 + i;
        window.epilogue.operands[i].strides = strides_of(axes, view, last_stride(layouts[view]));
    }
    return problem;
}

}  // namespace abut::ops
