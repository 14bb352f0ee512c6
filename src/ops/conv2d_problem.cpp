// SPDX-License-Identifier: Apache-2.0
#include "ops/conv2d_problem.hpp"

#include <variant>

#include "core/fail.hpp"
#include "ops/part_stores.hpp"
#include "ops/window_views.hpp"

namespace abut::ops {
namespace {

WindowAxis window_axis(const Conv2d& conv, const Shape& in, const Shape& weights, const Shape& out, std::size_t axis) {
    const int of_image = static_cast<int>(axis) + 2;
    return {.in = in[of_image],
            .out = out[of_image],
            .kernel = weights[of_image],
            .stride = conv.strides[axis],
            .dilation = conv.dilations[axis],
            .pad = conv.pads[axis]};
}

void require_float32(const Operand& operand, std::string_view operation, std::string_view what) {
    if (operand.spec.dtype == DType::Float32) return;
    core::fail(ErrorCode::Unsupported, "{}: {}: expected float32, found {}", operation, what, to_string(operand.spec.dtype));
}

}  // namespace

void require_operands(const StepSpec& step, std::string_view operation) {
    require_float32(step.reads.at(0), operation, "x");
    require_float32(step.reads.at(1), operation, "weights");
    require_float32(step.writes.at(0), operation, "the output");
    if (step.reads[1].constant.index >= 0) return;
    core::fail(ErrorCode::Unsupported, "{}: expected weights that are a constant of the graph, found a computed value",
               operation);
}

WindowProblem convolution_extents(const Conv2d& conv, const Shape& x, const Shape& weights, const Shape& y) {
    WindowProblem problem;
    problem.images = x[0];
    problem.groups = conv.groups;
    problem.channels = weights[1];
    problem.out_channels = weights[0] / conv.groups;
    problem.rows = window_axis(conv, x, weights, y, 0);
    problem.columns = window_axis(conv, x, weights, y, 1);
    return problem;
}

WindowProblem conv2d_problem(const StepSpec& step) {
    const auto& conv = std::get<Conv2d>(step.operation);
    require_operands(step, "conv2d");
    const Operand& x = step.reads.at(0);
    const Operand& weights = step.reads.at(1);
    const Operand& y = step.writes.at(0);
    Shape result = y.spec.shape();
    result[1] = weights.spec.shape()[0];
    WindowProblem problem = convolution_extents(conv, x.spec.shape(), weights.spec.shape(), result);
    problem.x = image_segments(step);
    problem.y = conv.parts.empty() ? image_stores(step) : part_stores(step);
    Shape whole = x.spec.shape();
    whole[1] = problem.groups * problem.channels;
    problem.prologue = fuse(conv.prologue, "p", step, 2, whole);
    problem.epilogue = fuse(conv.epilogue, "e", step, 1 + conv.prologue.operands, result);
    return problem;
}

bool is_depthwise(const WindowProblem& problem) {
    return problem.groups > 1 && problem.channels == 1 && problem.out_channels == 1;
}

}  // namespace abut::ops
