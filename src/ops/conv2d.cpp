// SPDX-License-Identifier: Apache-2.0
#include <variant>

#include "ops/conv2d_problem.hpp"
#include "ops/group_window.hpp"
#include "ops/window_step.hpp"

namespace abut::ops {
namespace {

LoweredStep lower_window(const StepSpec& step, const WindowProblem& problem, const WeightsShape& weights,
                         const WindowTile& tile) {
    StepBuilder builder("conv2d");
    add_convolution_operands(
        builder, problem,
        packed_weights(step.reads[1].constant, weights, {all_taps(weights)}, reduction_order(problem), tile.lanes()));
    add_image_grid(builder, problem);
    add_window(builder, problem, tile);
    return builder.finish(window_tiles(problem, tile));
}

}  // namespace

LoweredStep lower_conv2d(const StepSpec& step, const DeviceProfile& device) {
    const WindowProblem images = conv2d_problem(step);
    const auto winograd = std::get<Conv2d>(step.operation).winograd;
    if (winograd != 0) return lower_conv2d_winograd(step, images, winograd, device);
    if (is_depthwise(images)) return lower_conv2d_depthwise(step, images, device);
    const WeightsShape weights = convolution_weights(step.reads[1].spec.shape(), images.groups);
    if (device.kernels == KernelFamily::Gpu) {
        return lower_group_convolution("conv2d", step, images, weights, choose_group_tile(group_problem(images), device));
    }
    const WindowProblem problem = with_joined_axes(images);
    return lower_window(step, problem, weights, choose_tile(problem, device));
}

LoweredStep lower_conv2d_in_tile(const StepSpec& step, const WindowTile& tile) {
    const WindowProblem images = conv2d_problem(step);
    return lower_window(step, with_joined_axes(images), convolution_weights(step.reads[1].spec.shape(), images.groups),
                        tile);
}

LoweredStep lower_conv2d_in_tile(const StepSpec& step, const GroupTile& tile) {
    const WindowProblem problem = conv2d_problem(step);
    const WeightsShape weights = convolution_weights(step.reads[1].spec.shape(), problem.groups);
    return lower_group_convolution("conv2d", step, problem, weights, tile);
}

}  // namespace abut::ops
