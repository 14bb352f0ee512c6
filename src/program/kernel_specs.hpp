// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "abut/program.hpp"
#include "ops/kernel_spec.hpp"

namespace abut::programs {

/// The kernels that compile() would have for `graph`, in its order, which may repeat: so that those of many graphs can be
/// built as one program. Throws as compile() does; builds nothing.
std::vector<ops::KernelSpec> kernel_specs_of(Graph graph, const Device& device, const CompileOptions& options);

}  // namespace abut::programs
