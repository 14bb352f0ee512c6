// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

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
void add_kernels(const Graph& graph, ConcatMode concat, const Device& device, KernelsByKey& kernels);

/// Why nothing can be compiled for CUDA here; empty where it can. Where ABUT_NVRTC names a compiler it is never missing:
/// then this throws, as it does where one that is there does not compile.
std::string why_no_cuda_compiler();

/// Tests that compile for CUDA. They are skipped, and say why, only where no compiler is promised.
class NeedsCudaCompiler : public testing::Test {
protected:
    void SetUp() override;
};

/// Compiles and audits them, some at a time. Throws what build_program throws.
std::vector<jit::KernelAudit> audited(const KernelsByKey& kernels, const Device& device);

}  // namespace abut::test
