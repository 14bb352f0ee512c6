// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <variant>
#include <vector>

#include "passes/constant_tensor.hpp"

namespace abut::passes {

/// An operand: a value of the graph, or a constant that is yet to be added to it. A value without index is the element that
/// flows through a prologue or epilogue.
using FormulaOperand = std::variant<ValueId, TensorPointer>;

/// Expression and operands, as they come out of simplification.
struct SimpleFormula {
    Expression expression;
    std::vector<FormulaOperand> operands;
};

/// Puts an expression together from numbered operands and terms. Equal operands and equal terms are one; what the result
/// does not need is left out.
class ExpressionBuilder {
public:
    /// The number of an operand or term, to be used as an argument.
    using Number = int;

    Number operand(const FormulaOperand& operand);
    Number term(Term term);
    /// Values of the graph come first, in the order they were asked for, then constants. With `keeps_first` the first
    /// operand stays even if nothing uses it.
    [[nodiscard]] SimpleFormula finish(Number result, bool keeps_first) const;

private:
    static constexpr Number first_term = 1 << 20;

    std::vector<FormulaOperand> operands_;
    std::vector<Term> terms_;
};

}  // namespace abut::passes
