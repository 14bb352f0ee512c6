// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "abut/layout.hpp"
#include "abut/operations.hpp"

namespace abut::inference {

/// Results of one convolution: each takes two of a kernel's parameters, as each segment that is read does.
inline constexpr std::size_t most_parts = 32;

/// What is known of a value before any run.
struct TensorType {
    DType dtype = DType::Float32;
    Shape shape;
    bool operator==(const TensorType&) const = default;
};

using Types = std::vector<TensorType>;
using Inputs = std::span<const TensorType>;

/// `operation` with axes counted from the front and the axes of a reduction ascending. Throws InvalidArgument for axes that
/// its inputs do not have.
Operation normalized(Operation operation, Inputs inputs);

/// Types of the outputs of a normalised `operation`. Throws InvalidArgument where inputs or attributes contradict each
/// other, with what was expected and found, and Unsupported for element types that are not computed with.
Types infer_outputs(const Operation& operation, Inputs inputs);

/// The shape that `a` and `b` broadcast to by NumPy's rules; InvalidArgument if there is none.
Shape broadcast_shapes(const Shape& a, const Shape& b);

}  // namespace abut::inference
