// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "abut/device.hpp"
#include "device/backend.hpp"
#include "jit/kernel_cache.hpp"
#include "ops/kernel_spec.hpp"

namespace abut::programs {

/// Where an operand lies: memory that the backend's kernels take, and the bytes from its start to element 0.
struct Address {
    std::shared_ptr<device::Memory> memory;
    std::int64_t offset_bytes = 0;

    /// Whether element 0 surely lies at a multiple of `bytes`.
    [[nodiscard]] bool is_multiple_of(std::int64_t bytes) const;
    bool operator==(const Address&) const = default;
};

/// A pointer parameter and the offset parameter that belongs to it, as positions in the compiled kernel.
struct PointerSlot {
    std::string name;
    ops::Argument argument;
    int memory_index = -1;
    int offset_index = -1;
    std::int64_t guard_bytes = 1;
    std::int64_t element_bytes = size_bytes(DType::Float32);
};

struct ScalarSlot {
    int index = -1;
    std::int64_t value = 0;
};

/// A compiled variant with the places of its arguments. Immutable; kernels made of it are used by one thread each.
struct Launch {
    std::shared_ptr<const jit::CompiledKernel> kernel;
    std::vector<PointerSlot> pointers;
    std::vector<ScalarSlot> scalars;
    std::int64_t tiles = 0;
    std::int64_t items = 1;  ///< work-items of a tile

    /// A kernel object with the scalars set.
    [[nodiscard]] std::unique_ptr<device::Kernel> instantiate() const;
};

/// Matches the parameters of the spec with those that the compiler reported, by name and type. Throws Compiler where they
/// disagree, since the text and the binary are then not of one another.
Launch make_launch(const ops::LoweredStep& step, std::shared_ptr<const jit::CompiledKernel> kernel);

/// Binds one pointer. The address must meet the slot's guard.
void set_pointer(device::Kernel& kernel, const PointerSlot& slot, const Address& address);

/// The events as backends take them, those that are done left out.
std::vector<std::shared_ptr<device::EventBackend>> pending(std::span<const Event> events);

}  // namespace abut::programs
