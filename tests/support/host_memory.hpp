// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

#include "device/backend.hpp"

namespace abut::test {

/// Memory of this process that a host backend allocated.
class HostAllocation final : public device::Memory {
public:
    static constexpr std::int64_t alignment = 64;

    /// Every float in it is a NaN. Throws OutOfMemory.
    explicit HostAllocation(std::int64_t size_bytes);
    [[nodiscard]] std::int64_t size_bytes() const override { return size_bytes_; }
    [[nodiscard]] std::int64_t alignment_bytes() const override { return alignment; }
    [[nodiscard]] std::byte* data() const noexcept { return data_.get(); }

private:
    struct Free {
        void operator()(std::byte* data) const { ::operator delete (data, std::align_val_t{alignment}); }
    };
    std::int64_t size_bytes_;
    std::unique_ptr<std::byte, Free> data_;
};

/// Where memory of a host backend, or of a caller's own, begins. Throws InvalidArgument for other memory.
std::byte* address_of(const device::Memory& memory);

}  // namespace abut::test
