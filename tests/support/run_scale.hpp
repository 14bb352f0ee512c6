// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "abut/device.hpp"
#include "device/backend.hpp"
#include "jit/kernel_cache.hpp"
#include "support/scale_kernel.hpp"

namespace abut::test {

/// One launch of scale: where it reads and writes, in elements.
struct ScaleLaunch {
    std::shared_ptr<device::Memory> x;
    std::int64_t x_offset = 0;
    std::shared_ptr<device::Memory> y;
    std::int64_t y_offset = 0;
    std::int64_t add = 0;
    std::int64_t count = 0;
};

inline std::shared_ptr<device::EventBackend> enqueue(const Queue& queue, const jit::CompiledKernel& compiled,
                                                     const ScaleLaunch& launch,
                                                     std::span<const std::shared_ptr<device::EventBackend>> wait = {}) {
    const auto kernel = compiled.module->kernel(compiled.name);
    kernel->set(0, launch.x);
    kernel->set(1, device::ScalarType::Int64, launch.x_offset);
    kernel->set(2, launch.y);
    kernel->set(3, device::ScalarType::Int64, launch.y_offset);
    kernel->set(4, device::ScalarType::Int64, launch.add);
    return queue.backend()->launch(*kernel, {.groups = launch.count}, wait, true);
}

/// factor * {1, 2, 3, 4} + 1 through buffers of the device.
inline std::vector<float> scaled_on(const Device& device, const jit::CompiledKernel& compiled) {
    const std::vector<float> input{1, 2, 3, 4};
    std::vector<float> output(input.size(), 0);
    const auto size_bytes = static_cast<std::int64_t>(input.size() * sizeof(float));
    const auto x = device.allocate(size_bytes);
    const auto y = device.allocate(size_bytes);
    const auto queue = device.queue();
    queue.write(x, 0, std::as_bytes(std::span(input)));
    enqueue(queue, compiled, {.x = x.memory(), .y = y.memory(), .add = 1, .count = std::ssize(input)});
    queue.read(y, 0, std::as_writable_bytes(std::span(output)));
    return output;
}

}  // namespace abut::test
