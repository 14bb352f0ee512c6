// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "ops/step_builder.hpp"
#include "ops/window_problem.hpp"
#include "ops/window_tile.hpp"

namespace abut::ops {

/// Adds the constants of kernels/cpu/window.cl, panel.cl and gemm.cl for `problem` cut into `tile`. The depth is the
/// parameter `depth` where problems that differ only in it share a variant.
void add_window(StepBuilder& builder, const WindowProblem& problem, const WindowTile& tile);

/// Of these constants, those that say how a work-item's output is cut, for reductions over `chunk` channels at a time.
void add_tile(StepBuilder& builder, const WindowProblem& problem, const WindowTile& tile, std::int64_t chunk);

/// The parameters x, weights, y, depth where it is an argument, and those of the fused expressions.
void add_convolution_operands(StepBuilder& builder, const WindowProblem& problem, PackedConstant weights);

/// The parameters by which a tile brings later weights near, behind those. `parts` as in WeightPrefetch.
void add_prefetch(StepBuilder& builder, const WindowProblem& problem, const WindowTile& tile, std::int64_t parts);

/// WeightPrefetch::parts of weights that lie by groups, then by ranges of output channels.
std::int64_t parts_of_weights(std::int64_t groups, std::int64_t ranges);

/// The constants of kernels/cpu/conv2d.cl that window.cl does not know: kernel, strides, padding, extents.
void add_image_grid(StepBuilder& builder, const WindowProblem& problem);

/// Work-items: pixel tiles times ranges of output channels.
std::int64_t window_tiles(const WindowProblem& problem, const WindowTile& tile);

/// The step of a convolution with dense groups, or of a product with packed weights, in `tile`: the kernel `stem` of cpu/.
LoweredStep lower_window(const std::string& stem, const StepSpec& step, const WindowProblem& problem,
                         const WeightsShape& weights, const WindowTile& tile);

}  // namespace abut::ops
