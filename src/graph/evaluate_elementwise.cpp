// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "graph/evaluate_rules.hpp"
#include "graph/strided_walk.hpp"

namespace abut::reference {

namespace {

/// `expression` of `operands`, each of which broadcasts to `output`.
Tensor mapped(const Expression& expression, Operands operands, const Shape& output) {
    std::vector<Strides> views;
    for (const Tensor* operand : operands) views.push_back(Layout::dense(operand->shape).broadcast(output).strides);
    StridedWalk walk(output, std::move(views));
    std::vector<float> values(operands.size());
    Tensor result = zeros(output);
    for (float& element : result.elements) {
        for (std::size_t i = 0; i < operands.size(); ++i) {
            values[i] = operands[i]->elements[static_cast<std::size_t>(walk.offset(i))];
        }
        element = expression.evaluate(values.data());
        walk.advance();
    }
    return result;
}

}  // namespace

Tensor truths(Tensor tensor) {
    for (float& element : tensor.elements) element = element != 0 ? 1.0F : 0.0F;
    return tensor;
}

Tensor applied(const Expression& expression, Tensor first, Operands further) {
    if (expression.is_identity()) return first;
    std::vector<const Tensor*> operands{&first};
    operands.insert(operands.end(), further.begin(), further.end());
    return mapped(expression, operands, first.shape);
}

Tensor compute(const Elementwise& elementwise, Operands inputs, const Shape& output) {
    return mapped(elementwise.expression, inputs, output);
}

Tensor compute(const Cast&, Operands inputs, const Shape&) {
    return truths(*inputs[0]);
}

Tensor compute(const BatchNorm& norm, Operands inputs, const Shape& output) {
    Tensor result = *inputs[0];
    const auto channels = static_cast<std::size_t>(output[1]);
    const auto inner = static_cast<std::size_t>(element_count(Shape(std::span(output.begin() + 2, output.end()))));
    for (std::size_t i = 0; i < result.elements.size(); ++i) {
        const std::size_t channel = i / inner % channels;
        const double scale = inputs[1]->elements[channel];
        const double bias = inputs[2]->elements[channel];
        const double mean = inputs[3]->elements[channel];
        const double deviation = std::sqrt(static_cast<double>(inputs[4]->elements[channel]) + norm.epsilon);
        result.elements[i] = static_cast<float>((result.elements[i] - mean) / deviation * scale + bias);
    }
    return result;
}

}  // namespace abut::reference
