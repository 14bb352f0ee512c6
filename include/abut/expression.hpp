// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "abut/error.hpp"
#include "abut/export.hpp"

namespace abut::inline v0 {

/// Functions of one element. `alpha` and `beta` are the parameters of a term. Definitions follow the ONNX operator of
/// the same name where there is one.
enum class Function : std::uint8_t {
    Constant,  ///< alpha, no arguments
    Abs,
    Ceil,
    Cos,
    Elu,
    Erf,
    Exp,
    Floor,
    HardSigmoid,
    HardSwish,
    LeakyRelu,
    Log,
    Mish,
    Negate,
    Reciprocal,
    Relu,
    Round,
    Selu,  ///< beta * (alpha * (exp(x) - 1)) below 0, beta * x above; ONNX's gamma is beta
    Sigmoid,
    Sign,
    Sin,
    Softplus,
    Softsign,
    Sqrt,
    Square,
    Tan,
    Tanh,
    ThresholdedRelu,
    Acos,
    Acosh,
    Asin,
    Asinh,
    Atan,
    Atanh,
    Cosh,
    Sinh,
    Celu,
    Clip,         ///< min(max(x, alpha), beta)
    MultiplyOne,  ///< alpha * x + beta with one rounding
    Not,          ///< 1 where x is 0, else 0
    Add,
    Subtract,
    Multiply,
    Divide,
    Minimum,
    Maximum,
    Power,
    PRelu,
    // 1 where it holds, else 0. What is not 0 is true, NaN too; no order holds for NaN.
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Equal,
    And,
    Or,
    Xor,
    MultiplyAdd,  ///< a * b + c with one rounding
    Select,       ///< b where a is not 0, else c: the bits of one, whatever the other is
};

/// Number of arguments of `function`: 0 to 3.
ABUT_API int arity(Function function);
ABUT_API std::string_view to_string(Function function);

/// One step of an Expression. Arguments below `operands` are operands, the others are earlier terms.
struct Term {
    Function function = Function::Constant;
    std::array<int, 3> arguments{-1, -1, -1};
    float alpha = 0;
    float beta = 0;
    /// Parameters by their bits: 0 and -0 are two, NaN is itself.
    ABUT_API bool operator==(const Term& other) const noexcept;
};

// Steps that an epilogue or prologue is written with; each works on the value so far.
struct Bias {};      ///< adds the next operand, one value a channel
struct Scale {};     ///< multiplies by the next operand, one value a channel
struct Residual {};  ///< adds the next operand, of the output's shape
struct Apply {       ///< a function of one argument
    Function function = Function::Relu;
    float alpha = 0;
    float beta = 0;
};
struct Relu {};
using ExpressionStep = std::variant<Bias, Scale, Residual, Apply, Relu>;

/// A function of `operands` elements in static single assignment form. Without terms it is operand 0. The value that
/// flows through is operand 0 by convention: the loaded element in a prologue, the accumulator in an epilogue.
struct ABUT_API Expression {
    int operands = 1;
    std::vector<Term> terms;

    Expression() = default;
    /// In the order they are applied: {Bias{}, Relu{}} is relu(x0 + x1).
    Expression(std::initializer_list<ExpressionStep> steps);
    /// `function` applied to its own operands 0..arity-1.
    static Expression of(Function function, float alpha = 0, float beta = 0);

    [[nodiscard]] bool is_identity() const noexcept { return terms.empty(); }
    /// Index of the result: the last term, or operand 0.
    [[nodiscard]] int result() const noexcept { return terms.empty() ? 0 : operands + static_cast<int>(terms.size()) - 1; }
    /// `*this` with `inner` in the place of operand `operand`: inner's operands stand where it stood, in their order;
    /// operands after it move up by inner.operands - 1.
    [[nodiscard]] Expression composed(int operand, const Expression& inner) const;
    /// The value for the given operands, in float32 arithmetic. Throws InvalidArgument for a term whose
    /// arguments are neither operands nor earlier terms.
    [[nodiscard]] float evaluate(const float* operand_values) const;
    bool operator==(const Expression&) const = default;
};

/// "relu(x0 + x1)", for messages and plans.
ABUT_API std::string to_string(const Expression& expression);

}  // namespace abut::inline v0
