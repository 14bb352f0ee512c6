// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "device/backend.hpp"
#include "jit/cache_entry.hpp"
#include "jit/kernel_sources.hpp"
#include "jit/ptx_audit.hpp"
#include "jit/variant_document.hpp"
#include "ops/kernel_spec.hpp"

namespace abut::jit {

struct BuiltProgram {
    std::shared_ptr<device::Module> module;
    std::vector<StoredKernel> kernels;  ///< in the order of the specs
    std::vector<KernelAudit> audits;    ///< likewise; of CUDA only
    std::string source;
    std::string log;  ///< of the compiler, where it is kept
};

/// Specialises, reflects and compiles one program with a kernel for each of `specs`, which are of one family and differ;
/// `ids` are theirs. `generated` as in BuildListener. Throws Compiler with the log, with the parameter that is not what its
/// spec says, or with the access that needs more alignment than its guard promises.
BuiltProgram build_program(device::Backend& backend, std::span<const ops::KernelSpec> specs, std::span<const VariantId> ids,
                           const KernelSources& sources, const std::function<void(int)>& generated);

}  // namespace abut::jit
