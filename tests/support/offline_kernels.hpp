// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "abut/device.hpp"
#include "abut/graph.hpp"
#include "abut/plan.hpp"
#include "jit/ptx_audit.hpp"
#include "ops/kernel_spec.hpp"

/// Kernels that are compiled for architectures of CUDA, none of which needs to be here.
namespace abut::test {

/// Kernels by key.
using KernelsByKey = std::map<std::string, ops::KernelSpec>;

/// Adds the kernels that compile() would build for `graph` on `device`.
void add_kernels(const Graph& graph, ConcatMode concat, const DeviceProfile& device, KernelsByKey& kernels);

/// Compiles and audits them, some at a time. Throws what build_program throws: Unsupported where there is no compiler.
std::vector<jit::KernelAudit> audited(const KernelsByKey& kernels, const Device& device);

}  // namespace abut::test
