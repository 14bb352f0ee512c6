// SPDX-License-Identifier: Apache-2.0
#include "passes/lower_batch_norm.hpp"

#include <algorithm>
#include <cmath>

#include "passes/constant_tensor.hpp"
#include "passes/rewriter.hpp"

namespace abut::passes {
namespace {

Shape per_channel_shape(const Shape& x) {
    Shape shape = Shape::filled(x.rank(), 1);
    shape[1] = x[1];
    return shape;
}

void lower_constant(Rewriter& rewriter, const Node& node, float epsilon) {
    const Graph& graph = rewriter.source();
    const auto parameter = [&](std::size_t input) { return floats_of(graph.value(node.inputs[input])); };
    const auto scale = parameter(1);
    const auto bias = parameter(2);
    const auto mean = parameter(3);
    const auto variance = parameter(4);
    std::vector<float> factor(scale.size());
    std::vector<float> shift(scale.size());
    for (std::size_t channel = 0; channel < scale.size(); ++channel) {
        const double gain =
            static_cast<double>(scale[channel]) / std::sqrt(static_cast<double>(variance[channel]) + epsilon);
        factor[channel] = static_cast<float>(gain);
        shift[channel] = static_cast<float>(bias[channel] - mean[channel] * gain);
    }
    const Shape shape = per_channel_shape(graph.value(node.inputs[0]).shape);
    const ValueId factor_value = rewriter.target().constant(shape, factor, node.name + ".scale");
    const ValueId shift_value = rewriter.target().constant(shape, shift, node.name + ".shift");
    rewriter.emit(Elementwise{Expression::of(Function::MultiplyAdd)},
                  {rewriter.mapped(node.inputs[0]), factor_value, shift_value}, node.outputs, node.name);
}

/// (x - mean) / sqrt(variance + epsilon) * scale + bias of the operands x, scale, bias, mean, variance.
Expression normalisation(float epsilon) {
    Expression expression;
    expression.operands = 5;
    expression.terms = {
        {.function = Function::Subtract, .arguments = {0, 3, -1}},
        {.function = Function::MultiplyOne, .arguments = {4, -1, -1}, .alpha = 1, .beta = epsilon},
        {.function = Function::Sqrt, .arguments = {6, -1, -1}},
        {.function = Function::Divide, .arguments = {5, 7, -1}},
        {.function = Function::MultiplyAdd, .arguments = {8, 1, 2}},
    };
    return expression;
}

void lower_computed(Rewriter& rewriter, const Node& node, float epsilon) {
    std::vector<ValueId> inputs = rewriter.mapped(node.inputs);
    const Shape shape = per_channel_shape(rewriter.target().value(inputs[0]).shape);
    for (std::size_t input = 1; input < inputs.size(); ++input)
        inputs[input] = rewriter.target().reshape(inputs[input], shape);
    rewriter.emit(Elementwise{normalisation(epsilon)}, std::move(inputs), node.outputs, node.name);
}

}  // namespace

Graph lower_batch_norm(const Graph& graph) {
    return rewritten(graph, [](Rewriter& rewriter, NodeId, const Node& node) {
        const auto* norm = std::get_if<BatchNorm>(&node.operation);
        if (norm == nullptr) return rewriter.copy(node);
        const auto is_known = [&](ValueId input) { return has_floats(rewriter.source().value(input)); };
        const bool all_known = std::all_of(node.inputs.begin() + 1, node.inputs.end(), is_known);
        return all_known ? lower_constant(rewriter, node, norm->epsilon) : lower_computed(rewriter, node, norm->epsilon);
    });
}

}  // namespace abut::passes
