// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "ops/lower.hpp"
#include "ops/window_problem.hpp"

namespace abut::ops {

/// Strides of the second factor in elements; `image` and `row` are those of its batch.
struct FactorStrides {
    std::int64_t image = 0;
    std::int64_t row = 0;
    std::int64_t depth = 0;
    std::int64_t lane = 0;
};

/// A product of matrices as a convolution of 1x1: rows of a are columns of the image (the last axis that is left when
/// neighbours are joined), its columns are input channels, columns of b output channels.
struct DenseProblem {
    WindowProblem window;
    FactorStrides b;
    bool packs_b = false;  ///< b is a constant and the same for the whole batch
};

/// What the step of a Dense computes. Throws Unsupported for other than float32 and for batches of more than two axes that
/// the views do not let join.
DenseProblem dense_problem(const StepSpec& step);

}  // namespace abut::ops
