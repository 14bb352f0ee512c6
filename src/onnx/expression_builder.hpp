// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include "abut/expression.hpp"

namespace abut::onnx {

/// Writes an Expression term by term. Terms and operands are ints, as Term::arguments has them.
class ExpressionBuilder {
public:
    explicit ExpressionBuilder(int operands) { expression_.operands = operands; }

    int constant(float value) { return add({Function::Constant, {-1, -1, -1}, value, 0}); }
    int apply(Function function, int x, float alpha = 0, float beta = 0) {
        return add({function, {x, -1, -1}, alpha, beta});
    }
    int apply(Function function, std::pair<int, int> arguments) {
        return add({function, {arguments.first, arguments.second, -1}, 0, 0});
    }
    /// factor * x + summand
    int linear(int x, float factor, float summand) { return apply(Function::MultiplyOne, x, factor, summand); }

    [[nodiscard]] const Expression& expression() const noexcept { return expression_; }

private:
    int add(const Term& term) {
        expression_.terms.push_back(term);
        return expression_.result();
    }

    Expression expression_;
};

}  // namespace abut::onnx
