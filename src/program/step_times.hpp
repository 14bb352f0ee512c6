// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "abut/device.hpp"
#include "ops/lower.hpp"

namespace abut::programs {

/// What a launch of each step takes in a row of its own launches, in nanoseconds: the median of rounds in which the steps
/// take turns. Steps have memory in common, apart from what one of them reads and writes; constants are of equal weights.
/// Builds what the cache lacks; the rounds take about half a second in all, more where three of them do.
std::vector<double> step_times_ns(std::span<const ops::StepSpec> steps, const Device& device);

}  // namespace abut::programs
