// SPDX-License-Identifier: Apache-2.0
#include "support/offline_kernels.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <utility>
#include <vector>

#include "abut/error.hpp"
#include "device/cuda/nvrtc.hpp"
#include "jit/build_program.hpp"
#include "jit/generate_source.hpp"
#include "program/kernel_specs.hpp"

namespace abut::test {

void add_kernels(const Graph& graph, ConcatMode concat, const Device& device, KernelsByKey& kernels) {
    for (auto& spec : programs::kernel_specs_of(graph, device, {.concat = concat, .cost_model = CostModel{}}))
        kernels.emplace(jit::variant_key(spec), std::move(spec));
}

std::string why_no_cuda_compiler() try {
    device::cuda::Nvrtc nvrtc;
    static_cast<void>(nvrtc.compile("extern \"C\" __global__ void nothing() {}", device::cuda::parse_arch("sm_80")));
    return {};
} catch (const Error& error) {
    const bool is_promised = std::getenv("ABUT_NVRTC") != nullptr;
    if (error.code() != ErrorCode::Unsupported || is_promised) throw;
    return error.what();
}

void NeedsCudaCompiler::SetUp() {
    const auto why = why_no_cuda_compiler();
    if (why.empty()) return;
    ASSERT_THAT(why, testing::HasSubstr("NVRTC was not found")) << "which alone may leave these tests out";
    GTEST_SKIP() << why;
}

std::vector<jit::KernelAudit> audited(const KernelsByKey& kernels, const Device& device) {
    // A program's text and code are in memory at once.
    constexpr std::size_t at_a_time = 24;
    std::vector<ops::KernelSpec> specs;
    for (const auto& [key, spec] : kernels) specs.push_back(spec);
    std::vector<jit::KernelAudit> audits;
    for (std::size_t i = 0; i < specs.size(); i += at_a_time) {
        const auto some = std::span(specs).subspan(i, std::min(at_a_time, specs.size() - i));
        auto built = jit::build_program(*device.backend(), some, jit::variant_ids(some), jit::kernel_source, {});
        std::ranges::move(built.audits, std::back_inserter(audits));
    }
    return audits;
}

}  // namespace abut::test
