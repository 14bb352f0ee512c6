// SPDX-License-Identifier: Apache-2.0
#include "support/host_memory.hpp"

#include <cstring>

#include "core/fail.hpp"

namespace abut::test {

HostAllocation::HostAllocation(std::int64_t size_bytes)
    : size_bytes_(size_bytes),
      data_(static_cast<std::byte*>(
          ::operator new (static_cast<std::size_t>(size_bytes), std::align_val_t{alignment}, std::nothrow))) {
    if (!data_) core::fail(ErrorCode::OutOfMemory, "no {} bytes of host memory could be had", size_bytes);
    constexpr int all_bits = 0xff;
    std::memset(data_.get(), all_bits, static_cast<std::size_t>(size_bytes));
}

std::byte* address_of(const device::Memory& memory) {
    if (const auto* own = dynamic_cast<const HostAllocation*>(&memory)) return own->data();
    if (const auto* of_caller = dynamic_cast<const device::HostMemory*>(&memory)) {
        return static_cast<std::byte*>(of_caller->data());
    }
    core::fail_invalid("expected host memory, found memory of another device");
}

}  // namespace abut::test
