// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>

#include "abut/expression.hpp"
#include "core/function.hpp"

namespace abut::inline v0 {

namespace {

/// Text of a value, and whether it must be put in parentheses as the argument of an operator.
struct Text {
    std::string text;
    bool is_sum = false;
};

std::string_view operator_of(Function function) {
    switch (function) {
        case Function::Add:
            return "+";
        case Function::Subtract:
            return "-";
        case Function::Multiply:
            return "*";
        case Function::Divide:
            return "/";
        default:
            return {};
    }
}

std::string in_operator(const Text& argument) {
    return argument.is_sum ? fmt::format("({})", argument.text) : argument.text;
}

Text text_of(const Term& term, const std::array<Text, 3>& arguments) {
    const core::FunctionFacts& facts = core::facts_of(term.function);
    if (term.function == Function::Constant) return {fmt::format("{}", term.alpha)};
    if (const std::string_view symbol = operator_of(term.function); !symbol.empty()) {
        return {fmt::format("{} {} {}", in_operator(arguments[0]), symbol, in_operator(arguments[1])), true};
    }
    std::string list = arguments[0].text;
    for (int i = 1; i < facts.arity; ++i) list += ", " + arguments[static_cast<std::size_t>(i)].text;
    if (facts.parameters > 0) list += fmt::format(", {}", term.alpha);
    if (facts.parameters > 1) list += fmt::format(", {}", term.beta);
    return {fmt::format("{}({})", facts.name, list)};
}

std::vector<int> uses_of_terms(const Expression& expression) {
    std::vector<int> uses(expression.terms.size());
    for (const Term& term : expression.terms) {
        for (int i = 0; i < arity(term.function); ++i) {
            const int number = term.arguments[static_cast<std::size_t>(i)] - expression.operands;
            if (number >= 0) ++uses[static_cast<std::size_t>(number)];
        }
    }
    return uses;
}

}  // namespace

// A term that is used twice gets a name, so that the text grows no faster than the expression.
std::string to_string(const Expression& expression) {
    core::check_expression(expression);
    if (expression.is_identity()) return "x0";
    const std::vector<int> uses = uses_of_terms(expression);
    std::vector<Text> texts(expression.terms.size());
    std::string definitions;
    for (std::size_t i = 0; i < expression.terms.size(); ++i) {
        const Term& term = expression.terms[i];
        std::array<Text, 3> arguments;
        for (std::size_t k = 0; k < static_cast<std::size_t>(arity(term.function)); ++k) {
            const int number = term.arguments[k];
            const bool is_operand = number < expression.operands;
            arguments[k] = is_operand ? Text{fmt::format("x{}", number)}
                                      : texts[static_cast<std::size_t>(number - expression.operands)];
        }
        texts[i] = text_of(term, arguments);
        if (uses[i] < 2) continue;
        definitions += fmt::format("t{} = {}; ", i, texts[i].text);
        texts[i] = {fmt::format("t{}", i)};
    }
    return definitions + texts.back().text;
}

}  // namespace abut::inline v0
