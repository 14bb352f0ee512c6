// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "passes/expression_builder.hpp"
#include "passes/formula.hpp"

namespace abut::passes {

/// `formula`, whose result has the shape `target`, with constants folded: chains of sums and products with constants become
/// one a * x + b, single numbers become parameters of terms, constants have target's rank. Equal to rounding. Operand 0
/// stays first where it has no value (prologue, epilogue).
SimpleFormula simplify_formula(const Formula& formula, const Graph& graph, const Shape& target);

}  // namespace abut::passes
