// SPDX-License-Identifier: Apache-2.0
#include "abut/expression.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <span>

#include "core/fail.hpp"
#include "core/function.hpp"

namespace abut::inline v0 {

namespace {

/// The function that `step` applies to the value so far and, where it takes two arguments, the next operand.
Term term_of(const ExpressionStep& step) {
    if (std::holds_alternative<Scale>(step)) return {.function = Function::Multiply};
    if (std::holds_alternative<Relu>(step)) return {.function = Function::Relu};
    const auto* apply = std::get_if<Apply>(&step);
    if (apply == nullptr) return {.function = Function::Add};
    core::require(arity(apply->function) == 1, "a step applies a function of 1 argument; {} takes {}",
                  to_string(apply->function), arity(apply->function));
    return {.function = apply->function, .alpha = apply->alpha, .beta = apply->beta};
}

/// Copies the terms of `from` behind those of `to`; `renumber` maps from's argument numbers to to's.
template <typename Renumber>
void append_terms(Expression& to, const Expression& from, Renumber renumber) {
    for (Term term : from.terms) {
        for (int i = 0; i < arity(term.function); ++i) {
            int& argument = term.arguments[static_cast<std::size_t>(i)];
            argument = renumber(argument);
        }
        to.terms.push_back(term);
    }
}

/// Whether the arguments of `term` are among the operands and terms before it, `known` in number.
bool takes_known_values(const Term& term, int known) {
    const std::span arguments(term.arguments.data(), static_cast<std::size_t>(arity(term.function)));
    return std::ranges::all_of(arguments, [&](int number) { return number >= 0 && number < known; });
}

}  // namespace

bool Term::operator==(const Term& other) const noexcept {
    const auto same_bits = [](float a, float b) {
        return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
    };
    return function == other.function && arguments == other.arguments && same_bits(alpha, other.alpha) &&
           same_bits(beta, other.beta);
}

Expression::Expression(std::initializer_list<ExpressionStep> steps) {
    terms.reserve(steps.size());
    for (const ExpressionStep& step : steps) terms.push_back(term_of(step));
    for (const Term& term : terms) operands += arity(term.function) - 1;
    int next_operand = 1;
    int value = 0;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        terms[i].arguments[0] = value;
        if (arity(terms[i].function) == 2) terms[i].arguments[1] = next_operand++;
        value = operands + static_cast<int>(i);
    }
}

Expression Expression::of(Function function, float alpha, float beta) {
    Expression expression;
    expression.operands = arity(function);
    Term term{.function = function, .alpha = alpha, .beta = beta};
    for (int i = 0; i < expression.operands; ++i) term.arguments[static_cast<std::size_t>(i)] = i;
    expression.terms.push_back(term);
    return expression;
}

Expression Expression::composed(int operand, const Expression& inner) const {
    core::require(operand >= 0 && operand < operands, "expected an operand in [0, {}), found {}", operands, operand);
    Expression result;
    result.operands = operands + inner.operands - 1;
    const bool is_unused = is_identity() && operand != 0;
    if (is_unused) return result;
    const auto inner_number = [&](int number) {
        return number < inner.operands ? operand + number : result.operands + number - inner.operands;
    };
    append_terms(result, inner, inner_number);
    const int inner_terms = static_cast<int>(inner.terms.size());
    append_terms(result, *this, [&](int number) {
        if (number < operand) return number;
        if (number == operand) return inner_number(inner.result());
        if (number < operands) return number + inner.operands - 1;
        return result.operands + inner_terms + number - operands;
    });
    return result;
}

float Expression::evaluate(const float* operand_values) const {
    if (operands < (is_identity() ? 1 : 0)) core::check_expression(*this);
    constexpr std::size_t inplace_terms = 32;
    std::array<float, inplace_terms> small{};
    std::vector<float> large(terms.size() > inplace_terms ? terms.size() : 0);
    float* values = large.empty() ? small.data() : large.data();
    const auto argument = [&](int number) {
        if (number < 0) return 0.0F;
        return number < operands ? operand_values[number] : values[number - operands];
    };
    for (std::size_t i = 0; i < terms.size(); ++i) {
        if (!takes_known_values(terms[i], operands + static_cast<int>(i))) core::check_expression(*this);
        const auto& [a, b, c] = terms[i].arguments;
        values[i] = core::evaluate_term(terms[i], argument(a), argument(b), argument(c));
    }
    return argument(result());
}

}  // namespace abut::inline v0

namespace abut::core {

void check_expression(const Expression& expression) {
    require(expression.operands >= 0, "an expression has 0 operands or more, found {}", expression.operands);
    require(expression.operands > 0 || !expression.terms.empty(), "an expression without terms needs operand 0, found none");
    int known = expression.operands;
    for (const Term& term : expression.terms) {
        for (int i = 0; i < arity(term.function); ++i) {
            const int argument = term.arguments[static_cast<std::size_t>(i)];
            require(argument >= 0 && argument < known, "term {} ({}): argument {} is {}, expected one of 0 to {}",
                    known - expression.operands, to_string(term.function), i, argument, known - 1);
        }
        ++known;
    }
}

}  // namespace abut::core
