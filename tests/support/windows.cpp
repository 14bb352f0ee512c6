// SPDX-License-Identifier: Apache-2.0
#include "support/windows.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace abut::test {
namespace {

Expression scale_shift_relu() {
    Expression expression = Expression::of(Function::MultiplyAdd);
    expression.terms.push_back({.function = Function::Relu, .arguments = {3, -1, -1}});
    return expression;
}

StepInput constant(const Shape& shape, std::uint32_t seed) {
    return {.tensor = random_tensor(shape, seed), .placed = {}, .is_constant = true};
}

Tensor reference_result(const Operation& operation, const std::vector<StepInput>& inputs) {
    std::vector<const Tensor*> tensors;
    for (const StepInput& input : inputs) tensors.push_back(&input.tensor);
    return reference::evaluate_node(operation, tensors).front();
}

/// Rounding errors of sums grow with the root of the number of products; the transforms for four rows of results have
/// factors that make them some ten times as large.
Tolerance tolerance_of(const Tensor& expected, const Operation& operation) {
    float most = 0;
    for (const float value : expected.elements) most = std::max(most, std::fabs(value));
    const auto* conv = std::get_if<Conv2d>(&operation);
    const float growth = conv != nullptr && conv->winograd == 4 ? 15 : 1;
    return {.relative = 1e-5F, .absolute = growth * 1e-6F * (1 + most)};
}

}  // namespace

Placed slice_of_width(const Shape& shape, std::int64_t width) {
    Shape whole = shape;
    whole[1] += 8 + width;
    return placed_in(Layout::channels_last(whole), shape, 1, width);
}

Placed image_slice(const Shape& shape, Order order, std::int64_t channels_around) {
    Shape whole = shape;
    whole[1] += channels_around;
    const Layout layout = order == Order::ChannelsLast ? Layout::channels_last(whole) : Layout::dense(whole);
    return placed_in(layout, shape, 1, channels_around / 2, 1);
}

Conv2d operation_of(const ConvolutionCase& test) {
    Conv2d conv = test.attributes;
    if (test.has_prologue) conv.prologue = scale_shift_relu();
    if (test.has_residual) conv.epilogue = {Bias{}, Residual{}, Relu{}};
    return conv;
}

std::vector<StepInput> inputs_of(const ConvolutionCase& test) {
    std::vector<StepInput> inputs{{random_tensor(test.x, 1), image_slice(test.x, test.in), false},
                                  constant(test.weights, 2)};
    if (test.has_prologue) {
        inputs.push_back(constant({test.x[1], 1, 1}, 3));
        inputs.push_back(constant({test.x[1], 1, 1}, 4));
    }
    if (!test.has_residual) return inputs;
    const std::int64_t channels = test.weights[0];
    std::vector<Tensor> plain{inputs[0].tensor, inputs[1].tensor};
    const Shape out = reference::evaluate_node(test.attributes, plain).front().shape;
    inputs.push_back(constant({1, channels, 1, 1}, 5));
    inputs.push_back({random_tensor(out, 6), image_slice(out, test.out, 9), false});
    return inputs;
}

void check_window(StepBatch& batch, const std::string& where, const Operation& operation,
                  const std::vector<StepInput>& inputs, Order out, const Lowering& lowering) {
    Tensor expected = reference_result(operation, inputs);
    PreparedStep step(test_device(), operation, inputs, {image_slice(expected.shape, out)}, lowering);
    const Tolerance tolerance = tolerance_of(expected, operation);
    batch.add(where, std::move(step), std::move(expected), tolerance);
}

Tensor expect_like_reference(const Operation& operation, const std::vector<StepInput>& inputs, Order out,
                             const Lowering& lowering) {
    const Tensor expected = reference_result(operation, inputs);
    const StepResult result = run_step(operation, inputs, {image_slice(expected.shape, out)}, lowering);
    EXPECT_EQ(result.damage, "");
    const Tolerance tolerance = tolerance_of(expected, operation);
    EXPECT_EQ(difference(result.outputs.front(), expected, tolerance.relative, tolerance.absolute), "");
    return result.outputs.front();
}

}  // namespace abut::test
