// SPDX-License-Identifier: Apache-2.0
#include "ops/expression_code.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string_view>
#include <vector>

#include "abut/error.hpp"

namespace abut::ops {
namespace {

/// C text of one function: a, b and c are its arguments, alpha and beta its parameters. Other names are those of
/// kernels/functions.cl.
std::string_view pattern(Function function) {
    switch (function) {
        case Function::Constant:
            return "(VALUE)({alpha})";
        case Function::Abs:
            return "fabs({a})";
        case Function::Ceil:
            return "ceil({a})";
        case Function::Cos:
            return "cos({a})";
        case Function::Elu:
            return "elu({a}, {alpha})";
        case Function::Erf:
            return "erf({a})";
        case Function::Exp:
            return "exp({a})";
        case Function::Floor:
            return "floor({a})";
        case Function::HardSigmoid:
            return "hard_sigmoid({a}, {alpha}, {beta})";
        case Function::HardSwish:
            return "hard_swish({a})";
        case Function::LeakyRelu:
            return "leaky_relu({a}, {alpha})";
        case Function::Log:
            return "log({a})";
        case Function::Mish:
            return "mish({a})";
        case Function::Negate:
            return "-{a}";
        case Function::Reciprocal:
            return "1.0f / {a}";
        case Function::Relu:
            return "relu({a})";
        case Function::Round:
            return "rint({a})";
        case Function::Selu:
            return "selu({a}, {alpha}, {beta})";
        case Function::Sigmoid:
            return "sigmoid({a})";
        case Function::Sign:
            return "signum({a})";
        case Function::Sin:
            return "sin({a})";
        case Function::Softplus:
            return "softplus({a})";
        case Function::Softsign:
            return "{a} / (1.0f + fabs({a}))";
        case Function::Sqrt:
            return "sqrt({a})";
        case Function::Square:
            return "{a} * {a}";
        case Function::Tan:
            return "tan({a})";
        case Function::Tanh:
            return "tanh({a})";
        case Function::ThresholdedRelu:
            return "thresholded_relu({a}, {alpha})";
        case Function::Acos:
            return "acos({a})";
        case Function::Acosh:
            return "acosh({a})";
        case Function::Asin:
            return "asin({a})";
        case Function::Asinh:
            return "asinh({a})";
        case Function::Atan:
            return "atan({a})";
        case Function::Atanh:
            return "atanh({a})";
        case Function::Cosh:
            return "cosh({a})";
        case Function::Sinh:
            return "sinh({a})";
        case Function::Celu:
            return "celu({a}, {alpha})";
        case Function::Clip:
            return "clip({a}, {alpha}, {beta})";
        case Function::MultiplyOne:
            return "fma((VALUE)({alpha}), {a}, (VALUE)({beta}))";
        case Function::Not:
            return "logical_not({a})";
        case Function::Add:
            return "{a} + {b}";
        case Function::Subtract:
            return "{a} - {b}";
        case Function::Multiply:
            return "{a} * {b}";
        case Function::Divide:
            return "{a} / {b}";
        case Function::Minimum:
            return "minimum({a}, {b})";
        case Function::Maximum:
            return "maximum({a}, {b})";
        case Function::Power:
            return "pow({a}, {b})";
        case Function::PRelu:
            return "prelu({a}, {b})";
        case Function::Greater:
            return "greater({a}, {b})";
        case Function::GreaterOrEqual:
            return "greater_or_equal({a}, {b})";
        case Function::Less:
            return "greater({b}, {a})";
        case Function::LessOrEqual:
            return "greater_or_equal({b}, {a})";
        case Function::Equal:
            return "equal({a}, {b})";
        case Function::And:
            return "logical_and({a}, {b})";
        case Function::Or:
            return "logical_or({a}, {b})";
        case Function::Xor:
            return "logical_xor({a}, {b})";
        case Function::MultiplyAdd:
            return "fma({a}, {b}, {c})";
        case Function::Select:
            return "chosen({a}, {b}, {c})";
    }
    throw Error(ErrorCode::Unsupported, "an expression has a function that kernels don't know");
}

std::string term_text(const Term& term, const std::vector<std::string>& names) {
    const auto argument = [&](std::size_t i) -> std::string_view {
        return term.arguments[i] < 0 ? "" : std::string_view(names.at(static_cast<std::size_t>(term.arguments[i])));
    };
    return fmt::format(fmt::runtime(pattern(term.function)), fmt::arg("a", argument(0)), fmt::arg("b", argument(1)),
                       fmt::arg("c", argument(2)), fmt::arg("alpha", float_literal(term.alpha)),
                       fmt::arg("beta", float_literal(term.beta)));
}

}  // namespace

std::string float_literal(float value) {
    if (std::isnan(value)) return "NAN";
    if (std::isinf(value)) return value > 0 ? "INFINITY" : "-INFINITY";
    return fmt::format("{:a}f", value);
}

std::string function_body(const Expression& expression, std::span<const std::string> operands) {
    if (static_cast<int>(operands.size()) != expression.operands) {
        throw Error(ErrorCode::InvalidArgument, fmt::format("an expression of {} operands was given {} operand texts",
                                                            expression.operands, operands.size()));
    }
    std::vector<std::string> names;
    for (const std::string& operand : operands) names.push_back("(" + operand + ")");
    std::string body;
    for (std::size_t i = 0; i < expression.terms.size(); ++i) {
        body += fmt::format("const VALUE t{} = {}; ", i, term_text(expression.terms[i], names));
        names.push_back(fmt::format("t{}", i));
    }
    return body + fmt::format("return {};", names.at(static_cast<std::size_t>(expression.result())));
}

std::string function_body(const Expression& expression) {
    std::vector<std::string> operands;
    for (int i = 0; i < expression.operands; ++i) operands.push_back(fmt::format("x{}", i));
    return function_body(expression, operands);
}

}  // namespace abut::ops
