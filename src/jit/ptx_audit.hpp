// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "device/backend.hpp"
#include "jit/kernel_resources.hpp"
#include "jit/ptx.hpp"
#include "ops/kernel_spec.hpp"

namespace abut::jit {

/// How wide a kernel's accesses to the memory of one parameter are.
struct ParameterAccess {
    std::string name;
    int widest_load_bytes = 0;  ///< 0: none
    int widest_store_bytes = 0;
};

/// What CUDA's compiler made of a kernel.
struct KernelAudit {
    std::string kernel;
    KernelResources resources{};
    std::vector<ParameterAccess> parameters{};  ///< those of the spec that are pointers
};

/// Reads in the PTX which parameter each access of the kernel `name` to global memory comes from, and that none is wider
/// than that parameter's guard proves: where several may be meant, all of them must prove it; where none is found, all of
/// the kernel's. Throws Compiler with kernel, access, parameter and guard where one is.
std::vector<ParameterAccess> audit_accesses(const PtxProgram& program, std::string_view name, const ops::KernelSpec& spec);

/// Throws Compiler where a group of `threads` takes more registers or shared memory than a group may have.
void require_fit(const KernelAudit& kernel, std::int64_t threads);

/// audit_accesses of every kernel; the groups of each must fit a multiprocessor, too. `names` are the kernels of `specs`.
std::vector<KernelAudit> audit_program(const device::CompiledText& text, std::span<const std::string> names,
                                       std::span<const ops::KernelSpec> specs);

}  // namespace abut::jit
