// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ops/group_tile.hpp"
#include "ops/lower.hpp"
#include "ops/step_builder.hpp"
#include "ops/window_problem.hpp"

/// Steps for kernels/gpu/window.cl.
namespace abut::ops {

/// Rows, then columns of the kernel, then channels.
ReductionOrder group_reduction_order(const WindowProblem& problem);

/// Sets how many channels one access to each view of `problem` has: what strides and known alignment of the step's views
/// allow.
void set_widths(WindowProblem& problem, const StepSpec& step);

/// What tiles are cut from where the output pixels of `problem` lie in `planes` planes that a tile does not leave.
GroupProblem group_problem(const WindowProblem& problem, std::int64_t planes = 1);

/// The constants that gpu/input.cl and gpu/finish.cl need.
void add_group_views(StepBuilder& builder, const WindowProblem& problem);

/// Images, rows and columns of output pixels that the tiles of one plane run over.
struct Plane {
    std::int64_t images = 1;
    std::int64_t height = 1;
    std::int64_t width = 1;
    [[nodiscard]] std::int64_t pixels() const { return images * height * width; }
};

/// The constants of gpu/window.cl and those of add_group_views.
void add_group_window(StepBuilder& builder, const WindowProblem& problem, const Plane& plane, const GroupTile& tile);

/// INDEX for `problem`, whose weights are `packed`: what its offsets, taps and padding count to.
void add_window_index(StepBuilder& builder, const StepSpec& step, const WindowProblem& problem,
                      std::int64_t packed_bytes = 0);

/// Distances between taps of the kernel.
void add_tap_steps(StepBuilder& builder, const WindowProblem& problem);

/// The step of a Conv2d with dense groups, or of a product with packed weights: the kernel `stem`.
LoweredStep lower_group_convolution(const std::string& stem, const StepSpec& step, WindowProblem problem,
                                    const WeightsShape& weights, const GroupTile& tile);

}  // namespace abut::ops
