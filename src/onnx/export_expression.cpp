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
    {Function::And, "And"},
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
    {Function::Equal, "Equal"},
    {Function::Erf, "Erf"},
    {Function::Exp, "Exp"},
    {Function::Floor, "Floor"},
    {Function::Greater, "Greater"},
    {Function::GreaterOrEqual, "GreaterOrEqual"},
    {Function::HardSigmoid, "HardSigmoid", "alpha", "beta"},
    {Function::LeakyRelu, "LeakyRelu", "alpha"},
    {Function::Less, "Less"},
    {Function::LessOrEqual, "LessOrEqual"},
    {Function::Log, "Log"},
    {Function::Maximum, "Max"},
    {Function::Minimum, "Min"},
    {Function::Multiply, "Mul"},
    {Function::Negate, "Neg"},
    {Function::Not, "Not"},
    {Function::Or, "Or"},
    {Function::Power, "Pow"},
    {Function::PRelu, "PRelu"},
    {Function::Reciprocal, "Reciprocal"},
    {Function::Relu, "Relu"},
    {Function::Round, "Round"},
    {Function::Select, "Where"},
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
    {Function::Xor, "Xor"},
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

bool takes_truths(Function function) {
    return function == Function::Not || function == Function::And || function == Function::Or || function == Function::Xor;
}

bool gives_truth(Function function) {
    return takes_truths(function) || (function >= Function::Greater && function <= Function::Equal);
}

/// Names of operands and terms: ONNX computes what is true as bools, an expression as numbers.
class NamesOfValues {
public:
    NamesOfValues(ExportWriter& writer, std::vector<std::string> numbers) : writer_(writer), numbers_(std::move(numbers)) {
        truths_.resize(numbers_.size());
    }

    void add_number(const std::string& name) { add(name, {}); }
    void add_truth(const std::string& name) { add({}, name); }

    const std::string& number(int index) {
        std::string& name = numbers_.at(static_cast<std::size_t>(index));
        if (!name.empty()) return name;
        const std::string& truth = truths_.at(static_cast<std::size_t>(index));
        name = writer_.unique(truth + "/number");
        writer_.cast_truth(truth, name);
        return name;
    }

    const std::string& truth(int index) {
        std::string& name = truths_.at(static_cast<std::size_t>(index));
        if (name.empty()) name = writer_.truth_of(numbers_.at(static_cast<std::size_t>(index)));
        return name;
    }

private:
    void add(const std::string& number, const std::string& truth) {
        numbers_.push_back(number);
        truths_.push_back(truth);
    }

    ExportWriter& writer_;
    std::vector<std::string> numbers_;
    std::vector<std::string> truths_;
};

std::vector<std::string> arguments_of(const Term& term, NamesOfValues& values) {
    std::vector<std::string> arguments;
    for (int k = 0; k < arity(term.function); ++k) {
        const int index = term.arguments[static_cast<std::size_t>(k)];
        const bool is_truth = takes_truths(term.function) || (term.function == Function::Select && k == 0);
        arguments.push_back(is_truth ? values.truth(index) : values.number(index));
    }
    return arguments;
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

void export_expression(ExportWriter& writer, const Expression& expression, std::vector<std::string> names, std::size_t first,
                       const std::string& output, const Shape& shape) {
    const bool complete = uses_all_operands(expression) && first < expression.terms.size();
    NamesOfValues values(writer, std::move(names));
    for (std::size_t i = first; i < expression.terms.size(); ++i) {
        const Term& term = expression.terms[i];
        const bool last = i + 1 == expression.terms.size();
        const std::vector<std::string> arguments = arguments_of(term, values);
        const bool is_truth = gives_truth(term.function);
        const bool is_output = last && complete && !is_truth;
        const std::string name = is_output ? output : writer.unique(fmt::format("{}/{}", output, i));
        export_term(writer, term, arguments, name);
        is_truth ? values.add_truth(name) : values.add_number(name);
        if (last && complete && is_truth) writer.cast_truth(name, output);
    }
    if (complete) return;
    const std::string result = values.number(expression.result());
    const std::vector<std::int64_t> extents(shape.begin(), shape.end());
    if (uses_all_operands(expression)) {
        writer.node("Identity", {result}, output);
    } else {
        writer.node("Expand", {result, writer.integers(extents, output + "/shape")}, output);
    }
}

}  // namespace abut::onnx
