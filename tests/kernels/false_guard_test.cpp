// SPDX-License-Identifier: Apache-2.0
// What the audit of guards keeps away from a device: accesses that are naturally aligned, and a guard that does not hold.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "abut/error.hpp"
#include "jit/kernel_cache.hpp"
#include "support/error_text.hpp"
#include "support/opencl_test.hpp"
#include "support/slice_matrix.hpp"
#include "support/step_batch.hpp"

namespace abut {
namespace {

using ::testing::HasSubstr;
using testing_support::error_text;

std::string_view wide_sources(std::string_view path) {
    if (path != "cpu/wide.cl") return jit::kernel_source(path);
    return "static void TILE(PARAMETERS, const long tile) {\n"
           "    *(__global float4*)(y + y_offset + tile * 4) = *(const __global float4*)(x + x_offset + tile * 4);\n"
           "}\n";
}

/// Copies four elements a tile; where they begin is a multiple of `guard` bytes.
ops::KernelSpec wide_spec(std::int64_t guard) {
    return {.family = "cpu",
            .stem = "wide",
            .parameters = {{.name = "x", .kind = ops::ParameterKind::Read, .guard = guard},
                           {.name = "y", .kind = ops::ParameterKind::Write, .guard = guard}},
            .constants = {}};
}

constexpr std::int64_t wide_bytes = 16;

/// The elements of y after a tile that stores 1, 2, 3, 4 from element `offset` on.
std::vector<float> stored_at(const Device& device, std::int64_t offset) {
    jit::KernelCache cache(device, wide_sources);
    const auto kernel = cache.get(std::vector{wide_spec(wide_bytes)}).front();
    const std::vector<float> input{1, 2, 3, 4};
    std::vector<float> output(8, 0.0F);
    const auto x = device.allocate(16);
    const auto y = device.allocate(32);
    const auto queue = device.queue();
    queue.write(x, 0, std::as_bytes(std::span(input)));
    queue.write(y, 0, std::as_bytes(std::span(output)));
    const auto launch = kernel->module->kernel(kernel->name);
    launch->set(0, x.memory());
    launch->set(1, device::ScalarType::Int64, 0);
    launch->set(2, y.memory());
    launch->set(3, device::ScalarType::Int64, offset);
    queue.backend()->launch(*launch, {.groups = 1}, {}, false);
    queue.read(y, 0, std::as_writable_bytes(std::span(output)));
    return output;
}

class FalseGuard : public test::OpenClTest {};

/// Ends the process: with 0 where the elements are right, and with a signal where the processor minds.
[[noreturn]] void store_and_exit(std::int64_t offset) {
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    const auto device = Device::open(test::test_selector(), {.log = {}, .cache = {.directory = ""}});
    std::vector<float> expected(8, 0.0F);
    for (int i = 0; i < 4; ++i) expected[static_cast<std::size_t>(offset + i)] = static_cast<float>(i + 1);
    std::_Exit(stored_at(device, offset) == expected ? 0 : 1);
}

/// Without the check of alignment that every binding of the library makes.
TEST_F(FalseGuard, CrashesWhereTheAuditCannotSeeIt) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");  // the driver's threads don't outlive a fork
    EXPECT_EXIT(store_and_exit(4), testing::ExitedWithCode(0), "");
    // Processors and compilers that don't mind are there too.
    if (device().profile().name.find("Portable Computing Language") == std::string::npos) return;
    const auto crashes = [](int status) { return status != 0; };  // a sanitizer makes an exit code of the signal
    EXPECT_EXIT(store_and_exit(1), crashes, "");
}

/// The same of an operation whose slices begin at element `offset` and are said to begin at multiples of 16 bytes.
[[noreturn]] void run_and_exit(const test::SlicedOperation& sliced, std::int64_t offset) {
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    const test::SlicePlace place{test::Pitch::Packed, offset};
    const auto step = test::sliced_step(test::group_device(), sliced, place, place, test::promising(wide_bytes));
    test::StepBatch batch;
    batch.add("", step, reference::evaluate_node(sliced.operation, sliced.inputs).front(), {1e-5F, 1e-5F});
    std::_Exit(batch.failures().empty() ? 0 : 1);
}

TEST_F(FalseGuard, OfSlicesCrashes) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    if (device().profile().name.find("Portable Computing Language") == std::string::npos) return;
    const auto crashes = [](int status) { return status != 0; };
    for (const auto& sliced : test::sliced_operations()) {
        if (sliced.name == "product") continue;
        EXPECT_EXIT(run_and_exit(sliced, 4), testing::ExitedWithCode(0), "") << sliced.name;
        EXPECT_EXIT(run_and_exit(sliced, 1), crashes, "") << sliced.name;
    }
}

/// The kernel has the accesses of one whose slices begin at multiples of 16 bytes, and guards that say less.
TEST_F(FalseGuard, IsNotWhatSlicesGoWithout) {
    for (const auto& sliced : test::sliced_operations()) {
        const auto step = test::sliced_step(test::group_device(), sliced, {}, {});
        auto unguarded = step.kernel();
        for (auto& parameter : unguarded.parameters) {
            if (parameter.kind != ops::ParameterKind::Scalar) parameter.guard = ops::element_bytes;
        }
        jit::KernelCache cache(device());
        EXPECT_THAT(error_text([&] { (void)cache.get(std::vector{unguarded}); }),
                    HasSubstr("only proven to be a multiple of 4"))
            << sliced.name;
    }
}

TEST_F(FalseGuard, IsRefusedByTheAuditWhereTheSpecTellsTheTruth) {
    jit::KernelCache cache(device(), wide_sources);
    EXPECT_THAT(error_text([&] { (void)cache.get(std::vector{wide_spec(4)}); }),
                HasSubstr("declares an alignment of 16 bytes, but its address is only proven to be a multiple of 4"));
    EXPECT_EQ(error_text([&] { (void)cache.get(std::vector{wide_spec(wide_bytes)}); }), "nothing");
}

}  // namespace
}  // namespace abut
