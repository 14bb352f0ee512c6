// SPDX-License-Identifier: Apache-2.0
#include <variant>

#include "ops/conv2d_problem.hpp"
#include "ops/group_window.hpp"
#include "ops/tile_choice.hpp"
#include "ops/window_step.hpp"

namespace abut::ops {

LoweredStep lower_conv2d(const StepSpec& step, const DeviceProfile& device) {
    const WindowProblem images = conv2d_problem(step);
    const auto winograd = std::get<Conv2d>(step.operation).winograd;
    if (winograd != 0) return lower_conv2d_winograd(step, images, winograd, device);
    if (is_depthwise(images)) return lower_conv2d_depthwise(step, images, device);
    const WeightsShape weights = convolution_weights(step.reads[1].spec.shape(), images.groups);
    if (device.kernels == KernelFamily::Gpu) {
        return lower_group_convolution("conv2d", step, images, weights, group_tile_of(step, group_problem(images), device));
    }
    const WindowProblem problem = with_joined_axes(images);
    return lower_window("conv2d", step, problem, weights, window_tile_of(step, problem, device));
}

}  // namespace abut::ops
