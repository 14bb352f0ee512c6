// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "device/backend.hpp"
#include "device/cuda/context.hpp"

namespace abut::inline v0::device::cuda {

/// What every allocation of the driver begins at a multiple of.
inline constexpr std::int64_t allocation_alignment_bytes = 256;

/// Device memory: an allocation, or a pointer of the caller's.
class CudaMemory : public Memory {
public:
    CudaMemory(DeviceAddress address, std::int64_t size_bytes, DeviceOrdinal device, CUcontext context)
        : address_(address),
          size_bytes_(size_bytes),
          device_(device),
          context_(context) {}
    [[nodiscard]] std::int64_t size_bytes() const override { return size_bytes_; }
    [[nodiscard]] std::int64_t alignment_bytes() const override;
    [[nodiscard]] DeviceAddress address() const noexcept { return address_; }
    [[nodiscard]] DeviceOrdinal device() const noexcept { return device_; }
    /// Whether kernels in `context` may use it. Memory of a pool belongs to a device, not to a context.
    [[nodiscard]] bool belongs_to(const Context& context) const {
        return device_ == context.device() && (context_ == nullptr || context_ == context.handle());
    }

private:
    DeviceAddress address_;
    std::int64_t size_bytes_;
    DeviceOrdinal device_;
    CUcontext context_;
};

/// Throws InvalidArgument for memory of another backend, and for host memory.
const CudaMemory& cuda_memory(const Memory& memory);
/// Throws InvalidArgument, naming both devices, for memory that kernels in `context` can't use.
void require_memory_of(const CudaMemory& memory, const Context& context);

/// Where allocations come from: the device's pool where it has one, which keeps them quick, else the driver's heap.
class Allocator {
public:
    explicit Allocator(std::shared_ptr<const Context> context);
    /// Ready for use on any stream. Throws OutOfMemory.
    [[nodiscard]] std::shared_ptr<Memory> allocate(std::int64_t bytes) const;

private:
    struct Pool {
        std::shared_ptr<const Context> context;
        Owned<CUstream> stream;  ///< empty without a pool

        Result allocate(DeviceAddress& address, std::size_t bytes) const;
        void free(DeviceAddress address) const noexcept;
    };
    class Allocation;
    std::shared_ptr<const Pool> pool_;
};

}  // namespace abut::inline v0::device::cuda
