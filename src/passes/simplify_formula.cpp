// SPDX-License-Identifier: Apache-2.0
#include "passes/simplify_formula.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/function.hpp"

namespace abut::passes {
namespace {

using Number = ExpressionBuilder::Number;

/// scale * base + shift. Without a base it is the constant `shift`; an absent scale is 1, an absent shift 0.
struct Linear {
    std::optional<Number> base;
    TensorPointer scale;
    TensorPointer shift;

    [[nodiscard]] bool is_constant() const { return !base.has_value(); }
};

TensorPointer pointer(ConstantTensor tensor) {
    return std::make_shared<const ConstantTensor>(std::move(tensor));
}

TensorPointer number(double value) {
    return pointer(ConstantTensor::scalar(value));
}

TensorPointer multiplied(const TensorPointer& a, const TensorPointer& b) {
    return pointer(combined(*a, *b, std::multiplies<>()));
}

bool may_combine(const TensorPointer& a, const TensorPointer& b) {
    return a == nullptr || b == nullptr || combines_without_growth(*a, *b);
}

std::optional<Linear> sum(const Linear& a, const Linear& b) {
    if (!a.is_constant() && !b.is_constant()) return std::nullopt;
    const Linear& carrier = a.is_constant() ? b : a;
    const Linear& added = a.is_constant() ? a : b;
    if (!may_combine(carrier.shift, added.shift)) return std::nullopt;
    const bool is_first = carrier.shift == nullptr;
    return Linear{carrier.base, carrier.scale,
                  is_first ? added.shift : pointer(combined(*carrier.shift, *added.shift, std::plus<>()))};
}

std::optional<Linear> product(const Linear& a, const Linear& b) {
    if (!a.is_constant() && !b.is_constant()) return std::nullopt;
    const Linear& carrier = a.is_constant() ? b : a;
    const TensorPointer factor = a.is_constant() ? a.shift : b.shift;
    if (!may_combine(carrier.scale, factor) || !may_combine(carrier.shift, factor)) return std::nullopt;
    Linear result{carrier.base, nullptr, carrier.shift == nullptr ? nullptr : multiplied(carrier.shift, factor)};
    if (!carrier.is_constant()) result.scale = carrier.scale == nullptr ? factor : multiplied(carrier.scale, factor);
    return result;
}

Linear constant(double value) {
    return {std::nullopt, nullptr, number(value)};
}

std::optional<Linear> reciprocal(const Linear& a) {
    const auto is_safe = [](double element) { return std::isfinite(element) && element != 0; };
    if (!a.is_constant() || !std::ranges::all_of(a.shift->elements, is_safe)) return std::nullopt;
    return Linear{std::nullopt, nullptr, pointer(transformed(*a.shift, [](double element) { return 1 / element; }))};
}

class Simplifier {
public:
    Simplifier(const Graph& graph, const Shape& target) : graph_(graph), rank_(target.rank()) {}

    SimpleFormula run(const Formula& formula) {
        for (const ValueId operand : formula.operands) values_.push_back(linear_operand(operand));
        for (const Term& term : formula.expression.terms) values_.push_back(linear_term(term));
        const Linear& result = values_[static_cast<std::size_t>(formula.expression.result())];
        return builder_.finish(materialised(result), formula.operands.front().index < 0);
    }

private:
    Linear linear_operand(ValueId operand) {
        const bool is_known = operand.index >= 0 && has_floats(graph_.value(operand));
        if (is_known) return {std::nullopt, nullptr, pointer(ConstantTensor::of(graph_, operand))};
        return {builder_.operand(operand), nullptr, nullptr};
    }

    Linear linear_term(const Term& term) {
        const auto argument = [&](std::size_t i) -> const Linear& {
            return values_[static_cast<std::size_t>(term.arguments[i])];
        };
        if (const auto folded = folded_constant(term)) return *folded;
        if (const auto folded = folded_term(term, argument)) return *folded;
        Term opaque = term;
        for (int& number : opaque.arguments) {
            if (number >= 0) number = materialised(values_[static_cast<std::size_t>(number)]);
        }
        return {builder_.term(opaque), nullptr, nullptr};
    }

    /// Of a term whose arguments are single numbers.
    std::optional<Linear> folded_constant(const Term& term) const {
        std::array<float, 3> arguments{};
        for (std::size_t i = 0; i < static_cast<std::size_t>(arity(term.function)); ++i) {
            const Linear& argument = values_[static_cast<std::size_t>(term.arguments[i])];
            if (!argument.is_constant() || argument.shift->elements.size() != 1) return std::nullopt;
            // The rank of a broadcast operand counts: only true scalars are folded away here.
            if (argument.shift->shape.rank() > 0) return std::nullopt;
            arguments[i] = static_cast<float>(argument.shift->elements.front());
        }
        return constant(core::evaluate_term(term, arguments[0], arguments[1], arguments[2]));
    }

    template <class Argument>
    std::optional<Linear> folded_term(const Term& term, const Argument& argument) {
        switch (term.function) {
            case Function::Negate:
                return product(argument(0), constant(-1));
            case Function::MultiplyOne: {
                const auto scaled = product(argument(0), constant(term.alpha));
                return scaled ? sum(*scaled, constant(term.beta)) : std::nullopt;
            }
            case Function::Add:
                return sum(argument(0), argument(1));
            case Function::Subtract: {
                const auto negated = product(argument(1), constant(-1));
                return negated ? sum(argument(0), *negated) : std::nullopt;
            }
            case Function::Multiply:
                return product(argument(0), argument(1));
            case Function::Divide: {
                const auto inverse = reciprocal(argument(1));
                return inverse ? product(argument(0), *inverse) : std::nullopt;
            }
            case Function::MultiplyAdd: {
                const auto scaled = product(argument(0), argument(1));
                return scaled ? sum(*scaled, argument(2)) : std::nullopt;
            }
            case Function::Select: {
                const auto condition = argument(0).is_constant() ? single(argument(0).shift) : std::nullopt;
                return condition ? std::optional(argument(*condition != 0 ? 1 : 2)) : std::nullopt;
            }
            default:
                return std::nullopt;
        }
    }

    /// The number of an operand or term that holds `linear`.
    Number materialised(const Linear& linear) {
        if (linear.is_constant()) {
            if (const auto value = single(linear.shift)) {
                return builder_.term({.function = Function::Constant, .alpha = static_cast<float>(*value)});
            }
            return constant_operand(linear.shift);
        }
        const auto alpha = single(linear.scale, 1);
        const auto beta = single(linear.shift, 0);
        if (alpha == 1 && beta == 0) return *linear.base;
        if (alpha && beta) {
            return builder_.term({.function = Function::MultiplyOne,
                                  .arguments = {*linear.base, -1, -1},
                                  .alpha = static_cast<float>(*alpha),
                                  .beta = static_cast<float>(*beta)});
        }
        if (alpha == 1) return binary(Function::Add, *linear.base, linear.shift);
        if (beta == 0) return binary(Function::Multiply, *linear.base, linear.scale);
        const TensorPointer scale = alpha ? repeated(*alpha, linear.shift) : linear.scale;
        const TensorPointer shift = beta ? repeated(*beta, linear.scale) : linear.shift;
        return builder_.term({.function = Function::MultiplyAdd,
                              .arguments = {*linear.base, constant_operand(scale), constant_operand(shift)}});
    }

    Number binary(Function function, Number base, const TensorPointer& other) {
        return builder_.term({.function = function, .arguments = {base, constant_operand(other), -1}});
    }

    /// The value of `tensor` if all its elements are equal; `absent` where there is no tensor.
    static std::optional<double> single(const TensorPointer& tensor, std::optional<double> absent = {}) {
        if (tensor == nullptr) return absent;
        return tensor->is_uniform() ? std::optional(tensor->elements.front()) : std::nullopt;
    }

    static TensorPointer repeated(double value, const TensorPointer& model) {
        return pointer({model->shape, std::vector<double>(model->elements.size(), value), {}});
    }

    /// `tensor` as an operand of the target's rank: the graph's own constant where it is that already.
    Number constant_operand(const TensorPointer& tensor) {
        if (tensor->shape.rank() >= rank_) return builder_.operand(tensor);
        ConstantTensor padded = *tensor;
        padded.shape = padded_to_rank(tensor->shape, rank_);
        padded.origin = {};
        return builder_.operand(pointer(std::move(padded)));
    }

    const Graph& graph_;
    int rank_;
    ExpressionBuilder builder_;
    std::vector<Linear> values_;
};

}  // namespace

SimpleFormula simplify_formula(const Formula& formula, const Graph& graph, const Shape& target) {
    return Simplifier(graph, target).run(formula);
}

}  // namespace abut::passes
