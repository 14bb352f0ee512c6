// SPDX-License-Identifier: Apache-2.0
// Comparisons, logic and choices at run time. Bools are computed with as float32 elements 0 and 1.
#include "onnx/operator_table.hpp"

namespace abut::onnx {

namespace {

Function logic_of(std::string_view name) {
    if (name == "And") return Function::And;
    if (name == "Or") return Function::Or;
    if (name == "Xor") return Function::Xor;
    if (name == "Equal") return Function::Equal;
    if (name == "Greater") return Function::Greater;
    if (name == "GreaterOrEqual") return Function::GreaterOrEqual;
    return name == "Less" ? Function::Less : Function::LessOrEqual;
}

// Before opset 7 `broadcast` says what is done anyway; an `axis` is refused as what nobody has read.
void begin_logic(NodeImport& node) {
    if (node.opset() < 7) node.attributes().ignore("broadcast");
}

void import_logic(NodeImport& node) {
    begin_logic(node);
    const ValueId a = node.truth(0);
    node.set_truth(0, node.apply(logic_of(node.operator_name()), a, node.truth(1)));
}

void import_not(NodeImport& node) {
    node.set_truth(0, node.apply(Function::Not, node.truth(0)));
}

void require_one_dtype(const NodeImport& node, int a, int b) {
    core::require(node.dtype(a) == node.dtype(b), "operands of {} and {}", to_string(node.dtype(a)),
                  to_string(node.dtype(b)));
}

void import_comparison(NodeImport& node) {
    begin_logic(node);
    require_one_dtype(node, 0, 1);
    if (node.operator_name() == "Equal" && node.dtype(0) == DType::Bool) return import_logic(node);
    const ValueId a = node.value(0);
    node.set_truth(0, node.apply(logic_of(node.operator_name()), a, node.value(1)));
}

void import_where(NodeImport& node) {
    const ValueId condition = node.truth(0);
    require_one_dtype(node, 1, 2);
    const bool of_bools = node.dtype(1) == DType::Bool;
    const ValueId a = of_bools ? node.truth(1) : node.value(1);
    const ValueId b = of_bools ? node.truth(2) : node.value(2);
    const ValueId result = node.emit(Elementwise{Expression::of(Function::Select)}, {condition, a, b});
    of_bools ? node.set_truth(0, result) : node.set(result);
}

constexpr OperatorEntry logic_entries[] = {
    {"And", import_logic},
    {"Equal", import_comparison},
    {"Greater", import_comparison},
    {"GreaterOrEqual", import_comparison},
    {"Less", import_comparison},
    {"LessOrEqual", import_comparison},
    {"Not", import_not},
    {"Or", import_logic},
    {"Where", import_where},
    {"Xor", import_logic},
};

}  // namespace

std::span<const OperatorEntry> logic_operators() {
    return logic_entries;
}

}  // namespace abut::onnx
