// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/expression.hpp"

namespace abut::passes {

/// Bounds of one fused expression: kernels hold a pointer, an offset and a register for each operand.
inline constexpr int most_operands = 10;
inline constexpr int most_terms = 32;
/// A prologue is computed again by each convolution that has it.
inline constexpr int most_prologue_copies = 3;

[[nodiscard]] inline bool is_within_limits(const Expression& expression) {
    return expression.operands <= most_operands && static_cast<int>(expression.terms.size()) <= most_terms;
}

}  // namespace abut::passes
