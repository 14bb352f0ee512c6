// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>
#include <numbers>

#include "core/printable.hpp"
#include "onnx/expression_builder.hpp"
#include "onnx/operator_table.hpp"

namespace abut::onnx {

namespace {

/// An operator that is one Function; its attributes become the function's parameters.
struct FunctionEntry {
    std::string_view name;
    Function function = Function::Relu;
    std::string_view alpha_attribute = {};
    float alpha = 0;
    std::string_view beta_attribute = {};
    float beta = 0;
};

constexpr FunctionEntry functions[] = {
    {"Abs", Function::Abs},
    {"Acos", Function::Acos},
    {"Acosh", Function::Acosh},
    {"Asin", Function::Asin},
    {"Asinh", Function::Asinh},
    {"Atan", Function::Atan},
    {"Atanh", Function::Atanh},
    {"Ceil", Function::Ceil},
    {"Celu", Function::Celu, "alpha", 1},
    {"Cos", Function::Cos},
    {"Cosh", Function::Cosh},
    {"Elu", Function::Elu, "alpha", 1},
    {"Erf", Function::Erf},
    {"Exp", Function::Exp},
    {"Floor", Function::Floor},
    {"HardSigmoid", Function::HardSigmoid, "alpha", 0.2F, "beta", 0.5F},
    {"HardSwish", Function::HardSwish},
    {"LeakyRelu", Function::LeakyRelu, "alpha", 0.01F},
    {"Log", Function::Log},
    {"Mish", Function::Mish},
    {"Neg", Function::Negate},
    {"Reciprocal", Function::Reciprocal},
    {"Relu", Function::Relu},
    {"Round", Function::Round},
    {"Selu", Function::Selu, "alpha", 1.67326319217681884765625F, "gamma", 1.05070102214813232421875F},
    {"Sigmoid", Function::Sigmoid},
    {"Sign", Function::Sign},
    {"Sin", Function::Sin},
    {"Sinh", Function::Sinh},
    {"Softplus", Function::Softplus},
    {"Softsign", Function::Softsign},
    {"Sqrt", Function::Sqrt},
    {"Tan", Function::Tan},
    {"Tanh", Function::Tanh},
    {"ThresholdedRelu", Function::ThresholdedRelu, "alpha", 1},
};

void import_function(NodeImport& node) {
    const auto* entry = std::ranges::find(functions, node.operator_name(), &FunctionEntry::name);
    Attributes& attributes = node.attributes();
    attributes.ignore("consumed_inputs");  // before opset 6
    const float alpha = entry->alpha_attribute.empty() ? 0 : attributes.real(entry->alpha_attribute, entry->alpha);
    const float beta = entry->beta_attribute.empty() ? 0 : attributes.real(entry->beta_attribute, entry->beta);
    node.set(node.apply(entry->function, node.value(0), alpha, beta));
}

void import_gelu(NodeImport& node) {
    const std::string approximation = node.attributes().text("approximate", "none");
    ExpressionBuilder builder(1);
    int inner = 0;
    if (approximation == "tanh") {
        const int square = builder.apply(Function::Square, 0);
        const int factor = builder.linear(square, 0.044715F, 1);
        const int argument = builder.apply(Function::Multiply, {0, factor});
        const float scale = std::numbers::sqrt2_v<float> * std::numbers::inv_sqrtpi_v<float>;
        inner = builder.apply(Function::Tanh, builder.linear(argument, scale, 0));
    } else {
        core::require(approximation == "none", "attribute 'approximate' is '{}'; none and tanh are known",
                      core::printable(approximation));
        inner = builder.apply(Function::Erf, builder.linear(0, std::numbers::sqrt2_v<float> / 2, 0));
    }
    const int half = builder.linear(inner, 0.5F, 0.5F);
    builder.apply(Function::Multiply, {0, half});
    node.set(node.emit(Elementwise{builder.expression()}, {node.value(0)}));
}

void import_swish(NodeImport& node) {
    ExpressionBuilder builder(1);
    const int argument = builder.linear(0, node.attributes().real("alpha", 1), 0);
    const int gate = builder.apply(Function::Sigmoid, argument);
    builder.apply(Function::Multiply, {0, gate});
    node.set(node.emit(Elementwise{builder.expression()}, {node.value(0)}));
}

// The bounds are attributes before opset 11. Computed ones cost an operation each.
void import_clip(NodeImport& node) {
    node.attributes().ignore("consumed_inputs");
    constexpr float largest = std::numeric_limits<float>::max();
    float bounds[] = {node.attributes().real("min", -largest), node.attributes().real("max", largest)};
    bool known = true;
    for (const int input : {1, 2}) {
        if (!node.has_input(input)) continue;
        core::require(element_count(node.shape(input)) == 1, "input {} must be one number, but has shape {}", input,
                      to_string(node.shape(input)));
        const HostTensor* bound = node.host(input);
        if (bound != nullptr) bounds[input - 1] = converted<float>(*bound).front();
        known = known && bound != nullptr;
    }
    if (known) return node.set(node.apply(Function::Clip, node.value(0), bounds[0], bounds[1]));
    ValueId result = node.value(0);
    if (node.has_input(1)) result = node.apply(Function::Maximum, result, node.reshape(node.value(1), {}));
    if (node.has_input(2)) result = node.apply(Function::Minimum, result, node.reshape(node.value(2), {}));
    node.set(result);
}

constexpr auto make_functions_entries() {
    std::array<OperatorEntry, std::size(functions) + 3> entries{};
    for (std::size_t i = 0; i < std::size(functions); ++i) entries[i] = {functions[i].name, import_function};
    entries[std::size(functions)] = {"Clip", import_clip};
    entries[std::size(functions) + 1] = {"Gelu", import_gelu};
    entries[std::size(functions) + 2] = {"Swish", import_swish};
    return entries;
}

constexpr auto functions_entries = make_functions_entries();

}  // namespace

std::span<const OperatorEntry> function_operators() {
    return functions_entries;
}

}  // namespace abut::onnx
