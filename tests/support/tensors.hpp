// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "graph/evaluate.hpp"

namespace abut::testing_support {

/// `shape` filled with first, first + 1, ...
reference::Tensor counted(const Shape& shape, float first = 0);
/// `shape` filled with the same pseudo-random integers of [-4, 4] for the same seed: their sums and products are exact.
reference::Tensor integers(const Shape& shape, std::uint_fast32_t seed);
/// The one output of `operation`.
reference::Tensor only(const Operation& operation, const std::vector<reference::Tensor>& inputs);
/// The shape and, to 4 units in the last place, the elements.
void expect_tensor(const reference::Tensor& tensor, const Shape& shape, const std::vector<float>& elements);

}  // namespace abut::testing_support
