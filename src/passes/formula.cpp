// SPDX-License-Identifier: Apache-2.0
#include "passes/formula.hpp"

#include <algorithm>
#include <numeric>

namespace abut::passes {
namespace {

template <class Attributes>
constexpr bool fuses = requires(Attributes attributes) {
    attributes.epilogue;
};

Expression epilogue_expression(const Operation& operation) {
    return std::visit(
        []<class Attributes>(const Attributes& attributes) {
            if constexpr (fuses<Attributes>) return attributes.epilogue;
            return Expression();
        },
        operation);
}

Formula flowing(Expression expression, std::vector<ValueId>::const_iterator begin,
                std::vector<ValueId>::const_iterator end) {
    Formula formula{std::move(expression), {ValueId{}}};
    formula.operands.insert(formula.operands.end(), begin, end);
    return formula;
}

}  // namespace

std::ptrdiff_t epilogue_begin(const Operation& operation) {
    const auto* conv = std::get_if<Conv2d>(&operation);
    return 2 + (conv == nullptr ? 0 : conv->prologue.operands - 1);
}

Expression renumbered(const Expression& expression, std::span<const int> numbers, int operands) {
    Expression result;
    result.operands = operands;
    for (Term term : expression.terms) {
        for (int& argument : term.arguments) {
            if (argument < 0) continue;
            argument = argument < expression.operands ? numbers[static_cast<std::size_t>(argument)]
                                                      : argument - expression.operands + operands;
        }
        result.terms.push_back(term);
    }
    return result;
}

Formula without_duplicates(const Formula& formula) {
    Formula result;
    std::vector<int> numbers;
    for (const ValueId operand : formula.operands) {
        const auto known = std::ranges::find(result.operands, operand);
        numbers.push_back(static_cast<int>(known - result.operands.begin()));
        if (known == result.operands.end()) result.operands.push_back(operand);
    }
    result.expression = renumbered(formula.expression, numbers, static_cast<int>(result.operands.size()));
    return result;
}

Formula moved_to_front(const Formula& formula, std::size_t operand) {
    Formula result = formula;
    const auto moved = result.operands.begin() + static_cast<std::ptrdiff_t>(operand);
    std::rotate(result.operands.begin(), moved, moved + 1);
    std::vector<int> numbers(formula.operands.size());
    std::iota(numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(operand), 1);
    numbers[operand] = 0;
    std::iota(numbers.begin() + static_cast<std::ptrdiff_t>(operand) + 1, numbers.end(), static_cast<int>(operand) + 1);
    result.expression = renumbered(formula.expression, numbers, formula.expression.operands);
    return result;
}

Formula substituted(const Formula& outer, std::size_t operand, const Formula& inner) {
    Formula result{outer.expression.composed(static_cast<int>(operand), inner.expression), outer.operands};
    const auto place = result.operands.erase(result.operands.begin() + static_cast<std::ptrdiff_t>(operand));
    result.operands.insert(place, inner.operands.begin(), inner.operands.end());
    return without_duplicates(result);
}

bool has_epilogue(const Operation& operation) {
    if (const auto* conv = std::get_if<Conv2d>(&operation)) return conv->parts.empty();
    return std::visit([]<class Attributes>(const Attributes&) { return fuses<Attributes>; }, operation);
}

Formula epilogue_of(const Draft& draft) {
    return flowing(epilogue_expression(draft.operation), draft.inputs.begin() + epilogue_begin(draft.operation),
                   draft.inputs.end());
}

void set_epilogue(Draft& draft, const Formula& formula) {
    draft.inputs.erase(draft.inputs.begin() + epilogue_begin(draft.operation), draft.inputs.end());
    draft.inputs.insert(draft.inputs.end(), formula.operands.begin() + 1, formula.operands.end());
    std::visit(
        [&]<class Attributes>(Attributes& attributes) {
            if constexpr (fuses<Attributes>) attributes.epilogue = formula.expression;
        },
        draft.operation);
}

Formula prologue_of(const Draft& draft) {
    const auto end = draft.inputs.begin() + epilogue_begin(draft.operation);
    return flowing(std::get<Conv2d>(draft.operation).prologue, draft.inputs.begin() + 2, end);
}

void set_prologue(Draft& draft, const Formula& formula) {
    const auto begin = draft.inputs.begin() + 2;
    const auto place = draft.inputs.erase(begin, draft.inputs.begin() + epilogue_begin(draft.operation));
    draft.inputs.insert(place, formula.operands.begin() + 1, formula.operands.end());
    std::get<Conv2d>(draft.operation).prologue = formula.expression;
}

int channel_axis(const Operation& operation, const Shape& output) {
    return std::holds_alternative<Dense>(operation) ? output.rank() - 1 : 1;
}

bool is_per_channel(const Shape& shape, const Shape& target, int axis) {
    if (shape.rank() > target.rank()) return false;
    const Shape padded = padded_to_rank(shape, target.rank());
    for (int index = 0; index < padded.rank(); ++index) {
        const bool fits = padded[index] == 1 || (index == axis && padded[index] == target[index]);
        if (!fits) return false;
    }
    return true;
}

Shape padded_to_rank(const Shape& shape, int rank) {
    Shape padded = Shape::filled(std::max(rank - shape.rank(), 0), 1);
    for (const std::int64_t extent : shape) padded.push_back(extent);
    return padded;
}

}  // namespace abut::passes
