// SPDX-License-Identifier: Apache-2.0
#include "onnx/export_expression.hpp"

#include <algorithm>

#include "core/fail.hpp"

namespace abut::onnx {

namespace {

/// A Function that one ONNX operator computes, and how its parameters are called there.
struct OperatorName {
    Function function;
    std::string_view name;
    std::string_view alpha = {};
    std::string_view beta = {};
};

constexpr OperatorName operators[] = {
    {Function::Abs, "Abs"},
    {Function::Acos, "Acos"},
    {Function::Acosh, "Acosh"},
    {Function::Add, "Add"},
    {Function::Asin, "Asin"},
    {Function::Asinh, "Asinh"},
    {Function::Atan, "Atan"},
    {Function::Atanh, "Atanh"},
    {Function::Ceil, "Ceil"},
    {Function::Celu, "Celu", "alpha"},
    {Function::Cos, "Cos"},
    {Function::Cosh, "Cosh"},
    {Function::Divide, "Div"},
    {Function::Elu, "Elu", "alpha"},
    {Function::Erf, "Erf"},
    {Function::Exp, "Exp"},
    {Function::Floor, "Floor"},
    {Function::HardSigmoid, "HardSigmoid", "alpha", "beta"},
    {Function::LeakyRelu, "LeakyRelu", "alpha"},
    {Function::Log, "Log"},
    {Function::Maximum, "Max"},
    {Function::Minimum, "Min"},
    {Function::Multiply, "Mul"},
    {Function::Negate, "Neg"},
    {Function::Power, "Pow"},
    {Function::PRelu, "PRelu"},
    {Function::Reciprocal, "Reciprocal"},
    {Function::Relu, "Relu"},
    {Function::Round, "Round"},
    {Function::Selu, "Selu", "alpha", "gamma"},
    {Function::Sigmoid, "Sigmoid"},
    {Function::Sign, "Sign"},
    {Function::Sin, "Sin"},
    {Function::Sinh, "Sinh"},
    {Function::Softplus, "Softplus"},
    {Function::Softsign, "Softsign"},
    {Function::Sqrt, "Sqrt"},
    {Function::Subtract, "Sub"},
    {Function::Tan, "Tan"},
    {Function::Tanh, "Tanh"},
    {Function::ThresholdedRelu, "ThresholdedRelu", "alpha"},
};

// A function that opset 13 lacks, from those that it has; `x` are the arguments' names.
void export_composed(ExportWriter& writer, const Term& term, const std::vector<std::string>& x, const std::string& output) {
    const std::string inner = output + "/inner";
    switch (term.function) {
        case Function::Constant:
            writer.node("Identity", {writer.scalar(term.alpha, inner)}, output);
            return;
        case Function::Clip:
            writer.node("Clip", {x[0], writer.scalar(term.alpha, inner), writer.scalar(term.beta, inner)}, output);
            return;
        case Function::Square:
            writer.node("Mul", {x[0], x[0]}, output);
            return;
        case Function::HardSwish: {
            const std::string gate = writer.unique(inner);
            auto& node = writer.node("HardSigmoid", {x[0]}, gate);
            set_float(node, "alpha", 1.0F / 6.0F);
            set_float(node, "beta", 0.5F);
            writer.node("Mul", {x[0], gate}, output);
            return;
        }
        case Function::Mish: {
            const std::string soft = writer.unique(inner);
            const std::string gate = writer.unique(inner);
            writer.node("Softplus", {x[0]}, soft);
            writer.node("Tanh", {soft}, gate);
            writer.node("Mul", {x[0], gate}, output);
            return;
        }
        case Function::MultiplyOne: {
            const bool adds = term.beta != 0;
            const std::string product = adds ? writer.unique(inner) : output;
            writer.node("Mul", {x[0], writer.scalar(term.alpha, inner)}, product);
            if (adds) writer.node("Add", {product, writer.scalar(term.beta, inner)}, output);
            return;
        }
        case Function::MultiplyAdd: {
            const std::string product = writer.unique(inner);
            writer.node("Mul", {x[0], x[1]}, product);
            writer.node("Add", {product, x[2]}, output);
            return;
        }
        default:
            core::fail(ErrorCode::Unsupported, "{} is unsupported in ONNX files", to_string(term.function));
    }
}

void export_term(ExportWriter& writer, const Term& term, const std::vector<std::string>& arguments,
                 const std::string& output) {
    const auto* found = std::ranges::find(operators, term.function, &OperatorName::function);
    if (found == std::end(operators)) return export_composed(writer, term, arguments, output);
    auto& node = writer.node(found->name, arguments, output);
    if (!found->alpha.empty()) set_float(node, found->alpha, term.alpha);
    if (!found->beta.empty()) set_float(node, found->beta, term.beta);
}

bool uses_all_operands(const Expression& expression) {
    std::vector<bool> used(static_cast<std::size_t>(expression.operands));
    if (expression.is_identity() && !used.empty()) used[0] = true;
    for (const Term& term : expression.terms) {
        for (int i = 0; i < arity(term.function); ++i) {
            const int argument = term.arguments[static_cast<std::size_t>(i)];
            if (argument < expression.operands) used[static_cast<std::size_t>(argument)] = true;
        }
    }
    return std::ranges::all_of(used, [](bool is_used) { return is_used; });
}

}  // namespace

void export_expression(ExportWriter& writer, const Expression& expression, std::vector<std::string> values,
                       std::size_t first, const std::string& output, const Shape& shape) {
    const bool complete = uses_all_operands(expression) && first < expression.terms.size();
    for (std::size_t i = first; i < expression.terms.size(); ++i) {
        const Term& term = expression.terms[i];
        const bool last = i + 1 == expression.terms.size();
        std::vector<std::string> arguments;
        for (int k = 0; k < arity(term.function); ++k) {
            arguments.push_back(values.at(static_cast<std::size_t>(term.arguments[static_cast<std::size_t>(k)])));
        }
        values.push_back(last && complete ? output : writer.unique(fmt::format("{}/{}", output, i)));
        export_term(writer, term, arguments, values.back());
    }
    if (complete) return;
    const std::string& result = values.at(static_cast<std::size_t>(expression.result()));
    const std::vector<std::int64_t> extents(shape.begin(), shape.end());
    if (uses_all_operands(expression)) {
        writer.node("Identity", {result}, output);
    } else {
        writer.node("Expand", {result, writer.integers(extents, output + "/shape")}, output);
    }
}

}  // namespace abut::onnx
