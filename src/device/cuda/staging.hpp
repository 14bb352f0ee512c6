// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>

#include "device/cuda/context.hpp"

namespace abut::inline v0::device::cuda {

/// Blocking copies through two pinned buffers, so that the host copies one part while the device moves the other. The
/// buffers are made by the first large copy. Thread-safe.
class Staging {
public:
    explicit Staging(std::shared_ptr<const Context> context) : context_(std::move(context)) {}
    void write(CUstream stream, DeviceAddress to, std::span<const std::byte> from);
    void read(CUstream stream, DeviceAddress from, std::span<std::byte> to);

private:
    struct Part {
        Owned<void*> memory;
        Owned<CUevent> moved;
    };
    /// Part `index` of the copy; done with what it was used for before.
    Part& part(std::size_t index);
    void record(const Part& part, CUstream stream) const;
    void wait_for(const Part& part) const;
    void synchronize(CUstream stream) const;

    std::shared_ptr<const Context> context_;
    std::mutex mutex_;
    std::array<Part, 2> parts_;
};

}  // namespace abut::inline v0::device::cuda
