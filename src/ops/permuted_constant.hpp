// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "ops/kernel_spec.hpp"

namespace abut::ops {

/// The float32 elements of constant `value` of `shape`, dense with axis order[0] outermost and the last of `order`
/// innermost.
PackedConstant permuted_constant(ValueId value, const Shape& shape, std::span<const int> order);

/// The strides of those elements, in the axis order of `shape`; 0 for axes of extent 1.
Strides permuted_strides(const Shape& shape, std::span<const int> order);

}  // namespace abut::ops
