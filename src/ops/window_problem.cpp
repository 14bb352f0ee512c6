// SPDX-License-Identifier: Apache-2.0
#include "ops/window_problem.hpp"

#include <algorithm>
#include <vector>

namespace abut::ops {
namespace {

/// A pixel of the output needs the same pixel of the input and no other.
bool is_pointwise(const WindowAxis& axis) {
    return axis.kernel == 1 && axis.stride == 1 && axis.pad == 0 && axis.in == axis.out;
}

std::vector<ImageStrides*> views_of(WindowProblem& problem) {
    std::vector<ImageStrides*> views;
    for (Segment& segment : problem.x) views.push_back(&segment.strides);
    for (Store& store : problem.y) views.push_back(&store.strides);
    for (FusedOperand& operand : problem.prologue.operands) views.push_back(&operand.strides);
    for (FusedOperand& operand : problem.epilogue.operands) views.push_back(&operand.strides);
    return views;
}

void join_rows(WindowProblem& problem) {
    const std::int64_t rows = problem.rows.out;
    const std::int64_t columns = problem.columns.out;
    const auto merged = [&](const ImageStrides& view) { return merged_stride(rows, view.row, columns, view.column); };
    const auto views = views_of(problem);
    if (!std::ranges::all_of(views, [&](const ImageStrides* view) { return merged(*view).has_value(); })) return;
    for (ImageStrides* view : views) *view = {.image = view->image, .channel = view->channel, .column = *merged(*view)};
    problem.columns.in = problem.columns.out = rows * columns;
    problem.rows.in = problem.rows.out = 1;
}

void join_images(WindowProblem& problem) {
    const std::int64_t images = problem.images;
    const std::int64_t columns = problem.columns.out;
    const auto merged = [&](const ImageStrides& view) { return merged_stride(images, view.image, columns, view.column); };
    const auto views = views_of(problem);
    if (!std::ranges::all_of(views, [&](const ImageStrides* view) { return merged(*view).has_value(); })) return;
    for (ImageStrides* view : views) *view = {.channel = view->channel, .column = *merged(*view)};
    problem.columns.in = problem.columns.out = images * columns;
    problem.images = 1;
}

}  // namespace

WindowProblem with_joined_axes(WindowProblem problem) {
    if (!is_pointwise(problem.rows) || !is_pointwise(problem.columns)) return problem;
    join_rows(problem);
    if (problem.rows.out == 1) join_images(problem);
    return problem;
}

bool has_dynamic_depth(const WindowProblem& problem) {
    const bool is_1x1 = problem.rows.kernel * problem.columns.kernel == 1;
    return is_1x1 && problem.groups == 1 && problem.channels % vector_lanes == 0 && problem.x.size() == 1;
}

ReductionOrder reduction_order(const WindowProblem& problem) {
    constexpr std::int64_t pointwise_chunk = 256;  // 14 pixels of it and 32 lanes of weights stay in the caches
    constexpr std::int64_t chunk_of_3x3 = 128;
    const bool few_channels = problem.channels < vector_lanes && problem.columns.kernel > 1;
    const auto vectors_alike = [](const FusedOperand& operand) { return operand.is_per_channel(); };
    if (few_channels && std::ranges::all_of(problem.prologue.operands, vectors_alike)) {
        return {.channels_before_columns = true, .chunk = vector_lanes};
    }
    const std::int64_t area = problem.rows.kernel * problem.columns.kernel;
    if (area == 1) return {.chunk = pointwise_chunk};
    return {.chunk = std::max(vector_lanes, chunk_of_3x3 * 9 / area / vector_lanes * vector_lanes)};
}

}  // namespace abut::ops
