// SPDX-License-Identifier: Apache-2.0
// What the audit of guards keeps away from a device: accesses that are naturally aligned, and a guard that does not hold.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "abut/error.hpp"
#include "jit/kernel_cache.hpp"
#include "support/error_text.hpp"
#include "support/opencl_test.hpp"
#include "support/run_command.hpp"

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

/// Stores from the element that the environment names, without the check that every binding of the library makes.
TEST(FalseGuardBody, DISABLED_Stores) {
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    const auto device = Device::open(test::test_selector(), {.log = {}, .cache = {.directory = ""}});
    const auto output = stored_at(device, std::atoi(std::getenv("ABUT_TEST_OFFSET")));
    std::cout << "stored up to " << output[7] << "\n";
}

class FalseGuard : public test::OpenClTest {};

test::CommandResult store_in_a_process(const char* offset) {
    const auto program = std::filesystem::read_symlink("/proc/self/exe").string();
    return test::run_command({"env", std::string("ABUT_TEST_OFFSET=") + offset, program, "--gtest_also_run_disabled_tests",
                              "--gtest_filter=FalseGuardBody.DISABLED_Stores"});
}

TEST_F(FalseGuard, CrashesWhereTheAuditCannotSeeIt) {
    const auto kept = store_in_a_process("4");
    EXPECT_EQ(kept.exit_code, 0) << kept.output;
    EXPECT_THAT(kept.output, HasSubstr("stored up to 4"));
    // Processors and compilers that don't mind are there too.
    if (device().profile().name.find("Portable Computing Language") == std::string::npos) return;
    EXPECT_NE(store_in_a_process("1").exit_code, 0);
}

TEST_F(FalseGuard, IsRefusedByTheAuditWhereTheSpecTellsTheTruth) {
    jit::KernelCache cache(device(), wide_sources);
    EXPECT_THAT(error_text([&] { (void)cache.get(std::vector{wide_spec(4)}); }),
                HasSubstr("declares an alignment of 16 bytes, but its address is only proven to be a multiple of 4"));
    EXPECT_EQ(error_text([&] { (void)cache.get(std::vector{wide_spec(wide_bytes)}); }), "nothing");
}

}  // namespace
}  // namespace abut
