// SPDX-License-Identifier: Apache-2.0
#include "layer_step.hpp"

#include <random>
#include <span>
#include <vector>

namespace abut::bench {

ops::StepSpec step_of(const Layer& layer, std::int64_t winograd) {
    const auto operand = [](const Shape& shape) {
        const auto layout = shape[1] < 16 ? Layout::dense(shape) : Layout::channels_last(shape);
        return ops::Operand{ViewSpec(DType::Float32, layout, Alignment{64, 0}), {}};
    };
    const std::int64_t out_size = (layer.size - 1) / layer.stride + 1;
    const std::int64_t pad = layer.kernel / 2;
    const Shape weights{layer.out_channels, layer.channels, layer.kernel, layer.kernel};
    return {.operation = Conv2d{.strides = {layer.stride, layer.stride}, .pads = {pad, pad, pad, pad}, .winograd = winograd},
            .reads = {operand({1, layer.channels, layer.size, layer.size}),
                      ops::Operand{ViewSpec(DType::Float32, weights), ValueId{1}}},
            .writes = {operand({1, layer.out_channels, out_size, out_size})}};
}

Buffer random_buffer(const Device& device, const Queue& queue, std::int64_t bytes) {
    std::mt19937 random(1);
    std::vector<float> elements(static_cast<std::size_t>(bytes) / sizeof(float));
    for (float& element : elements) element = static_cast<float>(random()) * 0x1p-32F - 0.5F;
    Buffer buffer = device.allocate(bytes);
    queue.write(buffer, 0, std::as_bytes(std::span(elements)));
    return buffer;
}

std::unique_ptr<device::Kernel> bound_kernel(const jit::CompiledKernel& compiled, const ops::LoweredStep& step,
                                             const Buffer& x, const Buffer& weights, const Buffer& y) {
    auto kernel = compiled.module->kernel(compiled.name);
    int index = 0;
    for (const ops::Argument& argument : step.arguments) {
        if (argument.kind == ops::ArgumentKind::Scalar) {
            kernel->set(index++, device::ScalarType::Int64, argument.value);
            continue;
        }
        const Buffer& buffer = argument.kind == ops::ArgumentKind::Read    ? x
                               : argument.kind == ops::ArgumentKind::Write ? y
                                                                           : weights;
        kernel->set(index++, buffer.memory());
        kernel->set(index++, device::ScalarType::Int64, 0);
    }
    return kernel;
}

}  // namespace abut::bench
