// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "ops/step_builder.hpp"
#include "ops/window_problem.hpp"
#include "ops/window_tile.hpp"

namespace abut::ops {

/// Adds the constants and numbers of kernels/cpu/window.cl, panel.cl and gemm.cl for `problem` cut into `tile`.
void add_window(StepBuilder& builder, const WindowProblem& problem, const WindowTile& tile);

/// Of these, those that say how a work-item's output is cut, for reductions over `chunk` channels at a time.
void add_tile(StepBuilder& builder, const WindowProblem& problem, const WindowTile& tile, std::int64_t chunk);

/// The parameters x, weights, y, depth where it is an argument, and those of the fused expressions.
void add_convolution_operands(StepBuilder& builder, const WindowProblem& problem, PackedConstant weights);

/// The parameters by which a tile brings later weights near, behind those. `parts` as in WeightPrefetch.
void add_prefetch(StepBuilder& builder, const WindowProblem& problem, const WindowTile& tile, std::int64_t parts);

/// WeightPrefetch::parts of weights that lie by groups, then by ranges of output channels.
std::int64_t parts_of_weights(std::int64_t groups, std::int64_t ranges);

/// Of kernels/cpu/conv2d.cl what window.cl does not know: kernel, strides, padding, extents.
void add_image_grid(StepBuilder& builder, const WindowProblem& problem);

/// Of kernels of cpu/: arguments, but for first layers, where a loop over few channels is worth unrolling and of which a
/// network has one, and for many views, whose strides would be more parameters than a kernel may have. (gpu/ has constants:
/// dividing by an argument costs every work-item.)
Numbers numbers_of(const WindowProblem& problem);

/// What kernels/cpu/finish.cl asks of output channels.
void add_out_channels(StepBuilder& builder, const WindowProblem& problem);

/// Work-items: pixel tiles times ranges of output channels.
std::int64_t window_tiles(const WindowProblem& problem, const WindowTile& tile);

/// The step of a convolution with dense groups, or of a product with packed weights, in `tile`: the kernel `stem` of cpu/.
LoweredStep lower_window(const std::string& stem, const StepSpec& step, const WindowProblem& problem,
                         const WeightsShape& weights, const WindowTile& tile);

}  // namespace abut::ops
