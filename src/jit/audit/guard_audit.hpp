// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "jit/parsed_program.hpp"
#include "ops/kernel_spec.hpp"

namespace abut::jit {

/// What the accesses of a kernel to the memory of one parameter claim.
struct AuditedParameter {
    std::string name;
    std::int64_t load_alignment_bytes = 0;  ///< the most that a load declares; 0: none was followed
    std::int64_t store_alignment_bytes = 0;
};

struct AuditedKernel {
    std::string function;  ///< the kernel's, or that of a tile of one of its callees
    /// Its accesses were followed back to its parameters, since not all of them make do with the alignment of elements.
    bool is_followed = false;
    std::vector<AuditedParameter> parameters{};  ///< those of the spec that are pointers, where it is followed
    /// Places in the text, where it is followed, whose accesses surely stay inside the variable or local memory that they go
    /// to; and those of which that isn't proven, all accesses to global memory among them, since the extents of views are a
    /// launch's.
    int inside = 0;
    int open = 0;
};

/// Proves in an OpenCL program, parsed with bodies, that no access to global memory declares an alignment that the guard of
/// the parameter whose memory it is does not promise: where several may be meant, all of them have to. `names` are the
/// kernels of `specs`. Throws Compiler with kernel, access, parameter and guard where one does, and where an access that
/// declares more than the alignment of elements can't be followed. The result has the kernels, then the callees of all of
/// them.
std::vector<AuditedKernel> audit_guards(const ParsedProgram& program, std::span<const std::string> names,
                                        std::span<const ops::KernelSpec> specs);

}  // namespace abut::jit
