// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <cstdint>

#include "device/backend.hpp"

namespace abut::inline v0::device {

std::int64_t HostMemory::alignment_bytes() const {
    return address_alignment_bytes(data_);
}

std::int64_t address_alignment_bytes(const void* address) {
    // No access is wider, and more would only split variants.
    constexpr int largest_power = 12;
    const auto bits = reinterpret_cast<std::uintptr_t>(address);
    return std::int64_t{1} << std::min(std::countr_zero(bits), largest_power);
}

}  // namespace abut::inline v0::device
