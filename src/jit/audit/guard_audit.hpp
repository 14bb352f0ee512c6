// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <string>

#include "jit/parsed_program.hpp"
#include "ops/kernel_spec.hpp"

namespace abut::jit {

struct MemoryAccess;

/// For a caller that wants to know what was proven. What it is given lives as long as the call.
struct AuditListener {
    /// A function comes next: a kernel, or the tile of a callee of one; first the kernels, then the callees of all of them.
    /// Where it is not followed, all of its accesses make do with the alignment of elements, and none is told.
    std::function<void(const std::string& name, bool is_followed)> begun{};
    /// An access of it is proven, perhaps once more. `is_inside`: it surely stays inside the variable or local memory that
    /// it goes to, which isn't proven of any to global memory, since the extents of views are a launch's.
    std::function<void(const MemoryAccess& access, bool is_inside)> proven{};
};

/// Proves in an OpenCL program, parsed with bodies, that no access to global memory declares an alignment that the guard of
/// the parameter whose memory it is does not promise: where several may be meant, all of them have to. `names` are the
/// kernels of `specs`. Throws Compiler with kernel, access, parameter and guard where one does, and where an access that
/// declares more than the alignment of elements can't be followed.
void audit_guards(const ParsedProgram& program, std::span<const std::string> names, std::span<const ops::KernelSpec> specs,
                  const AuditListener& listener = {});

}  // namespace abut::jit
