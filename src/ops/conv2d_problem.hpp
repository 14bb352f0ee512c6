// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "ops/lower.hpp"
#include "ops/window_problem.hpp"

namespace abut::ops {

/// A Conv2d of those shapes, without its views and fused expressions.
WindowProblem convolution_extents(const Conv2d& conv, const Shape& x, const Shape& weights, const Shape& y);

/// What the step of a Conv2d computes. Throws Unsupported for other than float32.
WindowProblem conv2d_problem(const StepSpec& step);

/// One input channel and one output channel a group.
bool is_depthwise(const WindowProblem& problem);

/// The step of a depth-wise Conv2d.
LoweredStep lower_conv2d_depthwise(const StepSpec& step, const WindowProblem& problem, const DeviceProfile& device);

/// The step of a Conv2d by Winograd's minimal filtering, `outputs` (2 or 4) rows and columns of results at a time.
LoweredStep lower_conv2d_winograd(const StepSpec& step, const WindowProblem& problem, std::int64_t outputs,
                                  const DeviceProfile& device);

/// Throws Unsupported, naming `operation`, unless the step's x, weights and output are float32 and the weights a constant.
void require_operands(const StepSpec& step, std::string_view operation);

}  // namespace abut::ops
