// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "device/backend.hpp"
#include "ops/kernel_spec.hpp"

namespace abut::jit {

/// A parameter as the machine code takes it.
struct CubinParameter {
    int offset_bytes = 0;  ///< from the first parameter
    int size_bytes = 0;
    bool operator==(const CubinParameter&) const = default;
};

struct CubinKernel {
    std::vector<CubinParameter> parameters;
    int registers = 0;
    int stack_bytes = 0;  ///< local memory of a thread: arrays that are indexed, and what did not fit the registers
};

/// What a cubin, NVIDIA's ELF file, says of the kernel `name`. Throws Compiler where the bytes are no cubin, where they are
/// damaged, and where there is no such kernel.
CubinKernel read_cubin(std::span<const std::byte> cubin, std::string_view name);

/// The parameters of `spec`, if the kernel takes as many of the same sizes in the same order. Throws Compiler if it does
/// not. Names and constness are not in a cubin.
std::vector<device::KernelParameter> checked_parameters(const CubinKernel& kernel, std::string_view name,
                                                        const ops::KernelSpec& spec);

}  // namespace abut::jit
