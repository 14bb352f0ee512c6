// SPDX-License-Identifier: Apache-2.0
#include "passes/expression_builder.hpp"

#include <algorithm>
#include <utility>

namespace abut::passes {
namespace {

std::size_t at(int number) {
    return static_cast<std::size_t>(number);
}

}  // namespace

ExpressionBuilder::Number ExpressionBuilder::operand(const FormulaOperand& operand) {
    const auto known = std::ranges::find(operands_, operand);
    const auto number = static_cast<Number>(known - operands_.begin());
    if (known == operands_.end()) operands_.push_back(operand);
    return number;
}

ExpressionBuilder::Number ExpressionBuilder::term(Term term) {
    // One order for a + b and b + a, terms before operands: kernels that differ in it only become one variant.
    const bool commutes = term.function == Function::Add || term.function == Function::Multiply;
    const auto rank = [](Number argument) { return std::pair(argument < first_term, argument); };
    if (commutes && rank(term.arguments[1]) < rank(term.arguments[0])) std::swap(term.arguments[0], term.arguments[1]);
    const auto known = std::ranges::find(terms_, term);
    const auto number = static_cast<Number>(known - terms_.begin());
    if (known == terms_.end()) terms_.push_back(term);
    return first_term + number;
}

SimpleFormula ExpressionBuilder::finish(Number result, bool keeps_first) const {
    std::vector<bool> uses_operand(operands_.size(), false);
    std::vector<bool> uses_term(terms_.size(), false);
    const auto use = [&](Number number) {
        if (number < 0) return;
        number < first_term ? uses_operand[at(number)] = true : uses_term[at(number - first_term)] = true;
    };
    if (keeps_first) use(0);
    use(result);
    for (std::size_t index = terms_.size(); index-- > 0;) {
        if (uses_term[index]) std::ranges::for_each(terms_[index].arguments, use);
    }

    SimpleFormula formula;
    std::vector<int> operand_numbers(operands_.size(), -1);
    for (const bool constants : {false, true}) {
        for (std::size_t index = 0; index < operands_.size(); ++index) {
            if (!uses_operand[index] || std::holds_alternative<TensorPointer>(operands_[index]) != constants) continue;
            operand_numbers[index] = static_cast<int>(formula.operands.size());
            formula.operands.push_back(operands_[index]);
        }
    }
    formula.expression.operands = static_cast<int>(formula.operands.size());
    std::vector<int> term_numbers(terms_.size(), -1);
    for (std::size_t index = 0; index < terms_.size(); ++index) {
        if (!uses_term[index]) continue;
        Term term = terms_[index];
        for (int& argument : term.arguments) {
            if (argument < 0) continue;
            argument = argument < first_term ? operand_numbers[at(argument)] : term_numbers[at(argument - first_term)];
        }
        formula.expression.terms.push_back(term);
        term_numbers[index] = formula.expression.result();
    }
    return formula;
}

}  // namespace abut::passes
