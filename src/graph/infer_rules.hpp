// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "graph/infer.hpp"

namespace abut::inference {

// One rule an operation: the types of its outputs.
Types infer(const Conv2d& conv, Inputs inputs);
Types infer(const ConvTranspose2d& conv, Inputs inputs);
Types infer(const Dense& dense, Inputs inputs);
Types infer(const Elementwise& elementwise, Inputs inputs);
Types infer(const BatchNorm& norm, Inputs inputs);
Types infer(const Pool2d& pool, Inputs inputs);
Types infer(const Reduce& reduce, Inputs inputs);
Types infer(const Softmax& softmax, Inputs inputs);
Types infer(const Resize& resize, Inputs inputs);
Types infer(const Pad& pad, Inputs inputs);
Types infer(const Transpose& transpose, Inputs inputs);
Types infer(const Concat& concat, Inputs inputs);
Types infer(const Split& split, Inputs inputs);
Types infer(const Slice& slice, Inputs inputs);
Types infer(const Reshape& reshape, Inputs inputs);
Types infer(const Copy& copy, Inputs inputs);
Types infer(const Cast& cast, Inputs inputs);
Types infer(const Opaque& opaque, Inputs inputs);

// What the rules have in common. Each throws InvalidArgument (the second Unsupported) with the input's number.
void expect_count(Inputs inputs, std::size_t count, std::string_view meaning);
void expect_float32(Inputs inputs);
void expect_rank(Inputs inputs, std::size_t input, int rank, std::string_view axes);
/// A prologue or epilogue takes the value it works on and `expression.operands` - 1 further inputs.
void expect_fusible(const Expression& expression, std::string_view what);
/// `operands` (inputs `first` and up) each broadcast to `target` without changing it.
void expect_broadcast(Inputs operands, std::size_t first, const Shape& target, std::string_view what);

}  // namespace abut::inference
