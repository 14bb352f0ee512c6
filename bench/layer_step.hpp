// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "abut/device.hpp"
#include "device/backend.hpp"
#include "jit/kernel_cache.hpp"
#include "ops/lower.hpp"

namespace abut::bench {

/// A convolution of one image with as many rows as columns and padding that keeps its size where its steps are one.
struct Layer {
    std::int64_t size = 0;  ///< rows and columns of the image
    std::int64_t channels = 0;
    std::int64_t out_channels = 0;
    std::int64_t kernel = 1;
    std::int64_t stride = 1;
};

/// Channels last, aligned to 64 bytes; few input channels lie first, as those of a network's input do. `winograd` as in
/// Conv2d.
ops::StepSpec step_of(const Layer& layer, std::int64_t winograd = 0);

/// Elements between -0.5 and 0.5.
Buffer random_buffer(const Device& device, const Queue& queue, std::int64_t bytes);

/// The kernel with its arguments bound: offsets are 0.
std::unique_ptr<device::Kernel> bound_kernel(const jit::CompiledKernel& compiled, const ops::LoweredStep& step,
                                             const Buffer& x, const Buffer& weights, const Buffer& y);

}  // namespace abut::bench
