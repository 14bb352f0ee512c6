// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "ops/step_builder.hpp"
#include "ops/window_problem.hpp"

namespace abut::ops {

/// The views {N, C, H, W} in which the channels of input 0 lie.
std::vector<Segment> image_segments(const StepSpec& step);
/// The views {N, C, H, W} that get output 0.
std::vector<Store> image_stores(const StepSpec& step);

/// The parameter that store `store` has.
std::string store_name(std::size_t store);
// The parameters of the views, with what their accesses rely on as guards.
void add_segment_parameters(StepBuilder& builder, const WindowProblem& problem);
void add_store_parameters(StepBuilder& builder, const WindowProblem& problem);

// X_SEGMENTS of kernels/cpu/panel.cl and gpu/input.cl, and Y_STORES of finish.cl in cpu/ or (wide stores) in gpu/.
void add_segments(StepBuilder& builder, const WindowProblem& problem);
void add_stores(StepBuilder& builder, const WindowProblem& problem);
void add_wide_stores(StepBuilder& builder, const WindowProblem& problem);

}  // namespace abut::ops
