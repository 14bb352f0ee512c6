// SPDX-License-Identifier: Apache-2.0
#include <variant>

#include "ops/conv2d_problem.hpp"
#include "ops/group_window.hpp"
#include "ops/window_step.hpp"

namespace abut::ops {

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
    return lower_window("conv2d", step, problem, weights, choose_tile(problem, device));
}

LoweredStep lower_conv2d_in_tile(const StepSpec& step, const WindowTile& tile) {
    const WindowProblem images = conv2d_problem(step);
    const WeightsShape weights = convolution_weights(step.reads[1].spec.shape(), images.groups);
    return lower_window("conv2d", step, with_joined_axes(images), weights, tile);
}

LoweredStep lower_conv2d_in_tile(const StepSpec& step, const GroupTile& tile) {
    const WindowProblem problem = conv2d_problem(step);
    const WeightsShape weights = convolution_weights(step.reads[1].spec.shape(), problem.groups);
    return lower_group_convolution("conv2d", step, problem, weights, tile);
}

}  // namespace abut::ops
