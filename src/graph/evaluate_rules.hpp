// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "abut/operations.hpp"
#include "graph/evaluate.hpp"

namespace abut::reference {

using Operands = std::span<const Tensor* const>;

/// a / b, rounded up, for a of either sign and b > 0.
constexpr std::int64_t ceil_divided(std::int64_t a, std::int64_t b) {
    return a / b + (a % b > 0 ? 1 : 0);
}

// One rule an operation, for normalised attributes and verified inputs; `output` is the inferred shape.
Tensor compute(const Conv2d& conv, Operands inputs, const Shape& output);
Tensor compute(const ConvTranspose2d& conv, Operands inputs, const Shape& output);
Tensor compute(const Dense& dense, Operands inputs, const Shape& output);
Tensor compute(const Elementwise& elementwise, Operands inputs, const Shape& output);
Tensor compute(const Cast& cast, Operands inputs, const Shape& output);
Tensor compute(const BatchNorm& norm, Operands inputs, const Shape& output);
Tensor compute(const Pool2d& pool, Operands inputs, const Shape& output);
Tensor compute(const Reduce& reduce, Operands inputs, const Shape& output);
Tensor compute(const Softmax& softmax, Operands inputs, const Shape& output);
Tensor compute(const Resize& resize, Operands inputs, const Shape& output);
Tensor compute(const Pad& pad, Operands inputs, const Shape& output);
Tensor compute(const Transpose& transpose, Operands inputs, const Shape& output);
Tensor compute(const Concat& concat, Operands inputs, const Shape& output);
Tensor compute(const Slice& slice, Operands inputs, const Shape& output);
Tensor compute(const Reshape& reshape, Operands inputs, const Shape& output);
Tensor compute(const Copy& copy, Operands inputs, const Shape& output);
std::vector<Tensor> compute(const Split& split, Operands inputs);

/// 1 for elements that are not 0, as bool is evaluated.
Tensor truths(Tensor tensor);

/// `expression` of `first` and further operands, which broadcast to first's shape.
Tensor applied(const Expression& expression, Tensor first, Operands further);

/// Along each axis, element i of the result is element source[axis][i] of x, or `fill` where that is negative.
Tensor gathered(const Tensor& x, std::span<const std::vector<std::int64_t>> source, float fill);

}  // namespace abut::reference
