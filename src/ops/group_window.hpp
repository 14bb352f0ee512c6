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

/// Sets how many channels one access to each view of `problem` has, at most `most_stored` in stores: what strides and known
/// alignment of the step's views allow.
void set_widths(WindowProblem& problem, const StepSpec& step, std::int64_t most_stored = 4);

/// The tile for `problem`, whose output pixels lie in `planes` planes that a tile does not leave.
GroupTile group_tile(const WindowProblem& problem, std::int64_t planes, const DeviceProfile& device);

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

/// Distances between taps, between the input pixels of neighbouring outputs and between the outputs of a plane.
void add_image_steps(StepBuilder& builder, const WindowProblem& problem);

/// The step of a Conv2d with dense groups, or of a product with packed weights: the kernel `stem`.
LoweredStep lower_group_convolution(const std::string& stem, const StepSpec& step, WindowProblem problem,
                                    const WeightsShape& weights, const GroupTile& tile);

/// The step of a Conv2d with dense groups in a tile of the caller's choice, to measure it.
LoweredStep lower_conv2d_in_tile(const StepSpec& step, const GroupTile& tile);

}  // namespace abut::ops
