// SPDX-License-Identifier: Apache-2.0
#include "onnx/operator_table.hpp"

namespace abut::onnx {

namespace {

Function function_of(std::string_view name) {
    if (name == "Add" || name == "Sum" || name == "Mean") return Function::Add;
    if (name == "Sub") return Function::Subtract;
    if (name == "Mul") return Function::Multiply;
    if (name == "Div") return Function::Divide;
    if (name == "Min") return Function::Minimum;
    if (name == "Max") return Function::Maximum;
    return name == "Pow" ? Function::Power : Function::PRelu;
}

// Before opset 7 the second operand's axes stand from `axis` of the first on, at its end by default.
ValueId aligned_operand(NodeImport& node, ValueId operand, const Shape& first) {
    Attributes& attributes = node.attributes();
    attributes.ignore("broadcast");
    attributes.ignore("consumed_inputs");
    if (node.opset() >= 7 || !attributes.has("axis")) return operand;
    const Shape from = node.shape_of(operand);
    const int axis = normalized_axis(attributes.integer("axis", 0), first.rank());
    Shape shape = from;
    for (int i = axis + from.rank(); i < first.rank(); ++i) shape.push_back(1);
    return node.reshape(operand, shape);
}

// The exponent of Pow may be of an integer type.
ValueId as_float(NodeImport& node, int input) {
    const HostTensor* known = node.host(input);
    if (known == nullptr || known->dtype == DType::Float32) return node.value(input);
    return node.constant(make_tensor(known->shape, converted<float>(*known)));
}

void import_binary(NodeImport& node) {
    const ValueId a = node.value(0);
    const ValueId b = aligned_operand(node, as_float(node, 1), node.shape(0));
    node.set(node.apply(function_of(node.operator_name()), a, b));
}

// Also before opset 7, where the slope of a channel has no axes behind it.
void import_prelu(NodeImport& node) {
    const Shape x = node.shape(0);
    ValueId slope = node.value(1);
    const Shape from = node.shape_of(slope);
    if (node.opset() < 7 && from.rank() == 1 && x.rank() > 2) {
        Shape shape = Dims::filled(x.rank() - 1, 1);
        shape[0] = from[0];
        slope = node.reshape(slope, shape);
    }
    const ValueId result = node.apply(Function::PRelu, node.value(0), slope);
    core::require(node.shape_of(result) == x, "a slope of shape {} does not broadcast to {}", to_string(from), to_string(x));
    node.set(result);
}

void import_variadic(NodeImport& node) {
    node.attributes().ignore("consumed_inputs");
    const auto operands = node.values();
    core::require(!operands.empty(), "at least one operand is needed");
    ValueId result = operands.front();
    for (std::size_t i = 1; i < operands.size(); ++i)
        result = node.apply(function_of(node.operator_name()), result, operands[i]);
    if (node.operator_name() == "Mean" && operands.size() > 1) {
        result = node.apply(Function::MultiplyOne, result, 1.0F / static_cast<float>(operands.size()), 0);
    }
    node.set(result);
}

constexpr OperatorEntry elementwise_entries[] = {
    {"Add", import_binary},   {"Div", import_binary},   {"Mul", import_binary},   {"Pow", import_binary},
    {"Sub", import_binary},   {"PRelu", import_prelu},  {"Max", import_variadic}, {"Mean", import_variadic},
    {"Min", import_variadic}, {"Sum", import_variadic},
};

}  // namespace

std::span<const OperatorEntry> elementwise_operators() {
    return elementwise_entries;
}

}  // namespace abut::onnx
