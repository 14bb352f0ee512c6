// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "abut/expression.hpp"

namespace abut::core {

struct FunctionFacts {
    std::string_view name;
    int arity;
    int parameters;  ///< 0, 1 (alpha) or 2 (alpha and beta)
};

/// Throws InvalidArgument for a value outside the enumeration.
const FunctionFacts& facts_of(Function function);

/// `term`'s function of its arguments a, b and c (those beyond its arity are ignored), in float32 arithmetic.
float evaluate_term(const Term& term, float a, float b, float c);

/// Throws InvalidArgument unless every argument is an operand or an earlier term, and there are as many as the function
/// takes.
void check_expression(const Expression& expression);

}  // namespace abut::core
