// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <utility>

#include "core/fail.hpp"
#include "device/backend.hpp"
#include "support/host_memory.hpp"

namespace abut::test {

/// Arguments of a function of this process. Pointers and integers of up to 64 bits take one place each of a call (the System
/// V ABI of x86-64), and a callee ignores places that it has no parameter for: one form of call serves every kernel.
class CallPlaces {
public:
    /// What OpenCL promises at least: 1024 bytes (CL_DEVICE_MAX_PARAMETER_SIZE).
    static constexpr std::size_t most = 128;

    void set(int index, const std::shared_ptr<device::Memory>& memory) {
        core::require(memory != nullptr, "argument {} of a kernel is an empty buffer", index);
        place(index) = reinterpret_cast<std::uintptr_t>(address_of(*memory));
    }
    void set(int index, device::ScalarType type, std::int64_t value) {
        const bool is_integer = type == device::ScalarType::Int64 || type == device::ScalarType::Int32;
        core::require(is_integer, "argument {} of a kernel: expected an integer", index);
        place(index) = static_cast<std::uint64_t>(value);
    }
    void call(void (*function)()) const { call(function, std::make_index_sequence<most>()); }

private:
    template <std::size_t>
    using Place = std::uint64_t;

    template <std::size_t... Index>
    void call(void (*function)(), std::index_sequence<Index...>) const {
        reinterpret_cast<void (*)(Place<Index>...)>(function)(places_[Index]...);
    }
    std::uint64_t& place(int index) {
        if (index >= 0 && std::cmp_less(index, most)) return places_[static_cast<std::size_t>(index)];
        core::fail_invalid("a kernel has no parameter {}: {} are possible", index, most);
    }

    std::array<std::uint64_t, most> places_{};
};

}  // namespace abut::test
