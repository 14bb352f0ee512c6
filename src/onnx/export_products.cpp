// SPDX-License-Identifier: Apache-2.0
// Convolutions and products of matrices, with what is fused into them.
#include <algorithm>
#include <optional>

#include "onnx/export_expression.hpp"
#include "onnx/export_operations.hpp"

namespace abut::onnx {

namespace {

std::vector<std::string> names(const ExportWriter& writer, std::span<const ValueId> values) {
    std::vector<std::string> result;
    for (const ValueId value : values) result.push_back(writer.name_of(value));
    return result;
}

/// What is left of an epilogue, and where its operands begin.
struct Epilogue {
    const Expression* expression = nullptr;
    std::vector<ValueId> operands;
    std::optional<std::string> bias;  ///< input B of the convolution: the first term needs no node
};

// The first term as a bias: a sum of the convolution and one constant value an output channel, {1, O, 1, 1}, and no other
// use of the convolution alone.
Epilogue split_bias(ExportWriter& writer, const Expression& expression, std::vector<ValueId> operands,
                    std::int64_t channels) {
    Epilogue epilogue{&expression, std::move(operands), std::nullopt};
    if (expression.terms.empty() || expression.terms[0].function != Function::Add) return epilogue;
    const auto [a, b, unused] = expression.terms[0].arguments;
    const int other = a == 0 ? b : a;
    if ((a != 0 && b != 0) || other <= 0) return epilogue;
    const ValueId bias = epilogue.operands[static_cast<std::size_t>(other) - 1];
    const bool fits = writer.graph().value(bias).is_constant() && writer.shape_of(bias) == Shape{1, channels, 1, 1};
    const bool used_again = std::ranges::any_of(expression.terms.begin() + 1, expression.terms.end(), [](const Term& term) {
        return std::ranges::any_of(term.arguments.begin(), term.arguments.begin() + arity(term.function),
                                   [](int at) { return at == 0; });
    });
    if (fits && !used_again) epilogue.bias = writer.reshaped(bias, {channels});
    return epilogue;
}

bool is_done(const Epilogue& epilogue) {
    return epilogue.expression->terms.size() == (epilogue.bias ? 1U : 0U) &&
           epilogue.operands.size() <= (epilogue.bias ? 1U : 0U);
}

/// What the last node of an operation writes.
struct Result {
    std::string name;
    Shape shape;
};

Result result_of(const ExportWriter& writer, const Node& node) {
    return {writer.name_of(node.outputs[0]), writer.shape_of(node.outputs[0])};
}

void finish(ExportWriter& writer, const Epilogue& epilogue, const std::string& product, const Result& result) {
    std::vector<std::string> values{product};
    for (const ValueId operand : epilogue.operands) values.push_back(writer.name_of(operand));
    if (epilogue.bias) values.push_back(product);
    export_expression(writer, *epilogue.expression, std::move(values), epilogue.bias ? 1 : 0, result.name, result.shape);
}

template <typename Convolution>
void set_window(proto::NodeProto& node, const Convolution& conv, const Shape& weights) {
    const Pair kernel{weights[2], weights[3]};
    set_integers(node, "kernel_shape", kernel);
    set_integers(node, "strides", conv.strides);
    set_integers(node, "pads", conv.pads);
    set_integers(node, "dilations", conv.dilations);
    set_integer(node, "group", conv.groups);
}

// The convolution's node, its epilogue, and the name of what the convolution reads.
template <typename Convolution>
proto::NodeProto& export_convolution(ExportWriter& writer, const Node& node, const Convolution& conv, std::string_view name,
                                     const std::string& x, const Epilogue& epilogue, const Result& result) {
    const bool done = is_done(epilogue);
    const std::string product = done ? result.name : writer.unique(result.name + "/product");
    std::vector<std::string> inputs{x, writer.name_of(node.inputs[1])};
    if (epilogue.bias) inputs.push_back(*epilogue.bias);
    proto::NodeProto& proto = writer.node(name, inputs, product);
    set_window(proto, conv, writer.shape_of(node.inputs[1]));
    if (!done) finish(writer, epilogue, product, result);
    return proto;
}

std::string swapped(ExportWriter& writer, ValueId value, bool swaps) {
    if (!swaps) return writer.name_of(value);
    const int rank = writer.shape_of(value).rank();
    std::vector<std::int64_t> order;
    for (int axis = 0; axis < rank - 2; ++axis) order.push_back(axis);
    order.push_back(rank - 1);
    order.push_back(rank - 2);
    const std::string name = writer.unique(writer.name_of(value) + "/swapped");
    set_integers(writer.node("Transpose", {writer.name_of(value)}, name), "perm", order);
    return name;
}

}  // namespace

void export_operation(ExportWriter& writer, const Node& node, const Conv2d& conv) {
    const auto in_prologue = static_cast<std::ptrdiff_t>(conv.prologue.operands) - 1;
    const auto first = node.inputs.begin() + 2;
    std::string x = writer.name_of(node.inputs[0]);
    if (!conv.prologue.is_identity()) {
        std::vector<ValueId> operands{node.inputs[0]};
        operands.insert(operands.end(), first, first + in_prologue);
        x = writer.unique(writer.name_of(node.outputs[0]) + "/prologue");
        export_expression(writer, conv.prologue, names(writer, operands), 0, x, writer.shape_of(node.inputs[0]));
    }
    const std::int64_t channels = writer.shape_of(node.inputs[1])[0];
    const auto epilogue = split_bias(writer, conv.epilogue, {first + in_prologue, node.inputs.end()}, channels);
    Result result = result_of(writer, node);
    if (!conv.parts.empty()) {
        result.name = writer.unique(result.name + "/joined");
        result.shape[1] = channels;
    }
    export_convolution(writer, node, conv, "Conv", x, epilogue, result);
    if (!conv.parts.empty()) export_split(writer, result.name, {.axis = 1, .sizes = conv.parts}, node.outputs);
}

void export_operation(ExportWriter& writer, const Node& node, const ConvTranspose2d& conv) {
    const std::int64_t channels = writer.shape_of(node.inputs[1])[1] * conv.groups;
    const auto epilogue = split_bias(writer, conv.epilogue, {node.inputs.begin() + 2, node.inputs.end()}, channels);
    auto& proto = export_convolution(writer, node, conv, "ConvTranspose", writer.name_of(node.inputs[0]), epilogue,
                                     result_of(writer, node));
    set_integers(proto, "output_padding", conv.output_padding);
}

void export_operation(ExportWriter& writer, const Node& node, const Dense& dense) {
    const Epilogue epilogue{&dense.epilogue, {node.inputs.begin() + 2, node.inputs.end()}, std::nullopt};
    const std::string& output = writer.name_of(node.outputs[0]);
    const std::string product = is_done(epilogue) ? output : writer.unique(output + "/product");
    const bool matrices = writer.shape_of(node.inputs[0]).rank() == 2 && writer.shape_of(node.inputs[1]).rank() == 2;
    if (matrices) {
        auto& proto = writer.node("Gemm", names(writer, std::span(node.inputs).first(2)), product);
        set_integer(proto, "transA", dense.transpose_a ? 1 : 0);
        set_integer(proto, "transB", dense.transpose_b ? 1 : 0);
    } else {
        const std::string a = swapped(writer, node.inputs[0], dense.transpose_a);
        const std::string b = swapped(writer, node.inputs[1], dense.transpose_b);
        writer.node("MatMul", {a, b}, product);
    }
    if (!is_done(epilogue)) finish(writer, epilogue, product, result_of(writer, node));
}

void export_operation(ExportWriter& writer, const Node& node, const Elementwise& elementwise) {
    const ValueId output = node.outputs[0];
    export_expression(writer, elementwise.expression, names(writer, node.inputs), 0, writer.name_of(output),
                      writer.shape_of(output));
}

}  // namespace abut::onnx
