// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "ops/step_builder.hpp"
#include "ops/window_problem.hpp"

namespace abut::ops {

/// The views {N, C, H, W} of all outputs of a convolution, each of which gets some of the channels.
std::vector<Store> part_stores(const StepSpec& step);

/// Y_STORES of kernels/cpu/finish.cl for such stores: where a vector of channels belongs to several, which they are is
/// known.
void add_part_stores(StepBuilder& builder, const WindowProblem& problem);

}  // namespace abut::ops
