// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "device/backend.hpp"
#include "device/opencl/api.hpp"

namespace abut::inline v0::device::opencl {

/// A buffer that is no sub-buffer.
class ClMemory final : public Memory {
public:
    ClMemory(cl::Buffer buffer, std::int64_t size_bytes, std::int64_t alignment_bytes)
        : buffer_(std::move(buffer)),
          size_bytes_(size_bytes),
          alignment_bytes_(alignment_bytes) {}
    [[nodiscard]] std::int64_t size_bytes() const override { return size_bytes_; }
    [[nodiscard]] std::int64_t alignment_bytes() const override { return alignment_bytes_; }
    [[nodiscard]] const cl::Buffer& buffer() const noexcept { return buffer_; }

private:
    cl::Buffer buffer_;
    std::int64_t size_bytes_;
    std::int64_t alignment_bytes_;
};

/// Throws InvalidArgument for memory of another backend, and for host memory that nobody imported.
const ClMemory& cl_memory(const Memory& memory);

}  // namespace abut::inline v0::device::opencl
