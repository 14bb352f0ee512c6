// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "abut/graph.hpp"

namespace abut::passes {

/// An expression with the values of its operands. In a prologue or epilogue operand 0 is the element that flows through and
/// has no value (index -1).
struct Formula {
    Expression expression;
    std::vector<ValueId> operands;
};

/// A node that is being put together.
struct Draft {
    Operation operation;
    std::vector<ValueId> inputs;
};

/// `expression` with operand i numbered numbers[i] among `operands`.
Expression renumbered(const Expression& expression, std::span<const int> numbers, int operands);
/// Operands with the same value become one.
Formula without_duplicates(const Formula& formula);
/// Operand `operand` becomes operand 0; the others keep their order.
Formula moved_to_front(const Formula& formula, std::size_t operand);
/// `inner` in the place of operand `operand`, without duplicates.
Formula substituted(const Formula& outer, std::size_t operand, const Formula& inner);

/// Whether `operation` has an epilogue that may change (dense, convolutions of one result).
bool has_epilogue(const Operation& operation);
/// Index of the first input that belongs to the epilogue.
std::ptrdiff_t epilogue_begin(const Operation& operation);
Formula epilogue_of(const Draft& draft);
void set_epilogue(Draft& draft, const Formula& formula);
Formula prologue_of(const Draft& draft);  ///< of a Conv2d
void set_prologue(Draft& draft, const Formula& formula);

/// The axis of its output that `operation` (with an epilogue) has channels on.
int channel_axis(const Operation& operation, const Shape& output);
/// Whether `shape` broadcasts to `target` with one value a channel, or one for all.
bool is_per_channel(const Shape& shape, const Shape& target, int axis);
/// `shape` with axes of extent 1 in front.
Shape padded_to_rank(const Shape& shape, int rank);

}  // namespace abut::passes
