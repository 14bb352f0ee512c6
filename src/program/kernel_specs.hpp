// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "abut/program.hpp"
#include "ops/kernel_spec.hpp"
#include "program/variant_pairs.hpp"

namespace abut::programs {

/// What compile() would have for a graph.
struct WantedKernels {
    std::vector<ops::KernelSpec> specs;
    std::vector<ops::KernelSpec> collapsed;  ///< variants in whose place generic ones are among these; may repeat
};
WantedKernels wanted_kernels_of(Graph graph, const Device& device, const CompileOptions& options);

/// The kernels that compile() would have for `graph`, in its order, which may repeat: so that those of many graphs can be
/// built as one program. Throws as compile() does; builds nothing.
std::vector<ops::KernelSpec> kernel_specs_of(Graph graph, const Device& device, const CompileOptions& options);

/// The variants that compile() would have for `graph` on this device, each once, that rely on more than their generic ones:
/// on CPUs none does. Bans count for nothing, nor what has collapsed. Throws as compile() does; builds nothing.
std::vector<VariantPair> variant_pairs_of(Graph graph, const Device& device, const CompileOptions& options);

/// As abut::warm; calls `planned` once graph and options are found to be good, before anything is built or written.
ProgramStatistics warm(Graph graph, const Device& device, const CompileOptions& options,
                       const std::function<void()>& planned);

}  // namespace abut::programs
