// SPDX-License-Identifier: Apache-2.0
// What only a process of its own can show, since drivers read their settings once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "abut/error.hpp"
#include "jit/kernel_cache.hpp"
#include "support/opencl_test.hpp"
#include "support/run_scale.hpp"
#include "support/temporary_directory.hpp"

namespace abut {
namespace {

using ::testing::HasSubstr;

/// What the disabled test `name` of this program prints, run with these settings of the environment.
std::string output_of(const std::string& name, const std::string& settings) {
    const auto program = std::filesystem::read_symlink("/proc/self/exe").string();
    const auto command = "env " + settings + " '" + program + "' --gtest_also_run_disabled_tests --gtest_filter=" + name;
    std::string text;
    auto* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) return "could not be run";
    std::array<char, 4096> part{};
    while (std::fgets(part.data(), part.size(), pipe) != nullptr) text += part.data();
    EXPECT_EQ(pclose(pipe), 0) << text;
    return text;
}

/// Whether a program was run as a child so far, as PoCL runs the linker for each kernel that it compiles.
bool ran_children() {
    rusage usage{};
    getrusage(RUSAGE_CHILDREN, &usage);
    return usage.ru_minflt > 0;
}

/// Loads or builds two kernels and runs them, and prints what the driver had to do.
TEST(FreshProcessBody, DISABLED_RunsTwoKernels) {
    const auto device =
        Device::open(test::test_selector(), {.log = {}, .cache = {.directory = std::getenv("ABUT_TEST_KERNELS")}});
    jit::KernelCache cache(device, test::scale_sources);
    jit::BuildReport report;
    const auto kernels = cache.get(std::vector{test::scale_spec("2.0f"), test::scale_spec("10.0f")}, {}, &report);
    const bool ran_before = ran_children();
    EXPECT_EQ(test::scaled_on(device, *kernels[0]).at(3), 9);
    EXPECT_EQ(test::scaled_on(device, *kernels[1]).at(3), 41);
    EXPECT_EQ(ran_children(), ran_before) << "the launch compiled";
    std::cout << "compiled " << report.compiled << ", loaded " << report.loaded << ", linker "
              << (ran_children() ? "ran" : "did not run") << "\n";
}

TEST(FreshProcessBody, DISABLED_OpensTheFirstDevice) {
    std::cout << list_devices().size() << " devices\n";
    try {
        Device::open();
    } catch (const Error& error) {
        std::cout << error.what() << "\n";
    }
}

class FreshProcess : public test::OpenClTest {};

TEST_F(FreshProcess, CompilesNothingFromAWarmCache) {
    if (device().profile().name.find("Portable Computing Language") == std::string::npos) {
        GTEST_SKIP() << "only PoCL shows by its linker when it compiles";
    }
    const test::TemporaryDirectory kernels;
    const test::TemporaryDirectory drivers[2];
    const auto run = [&](const test::TemporaryDirectory& driver) {
        return output_of("FreshProcessBody.DISABLED_RunsTwoKernels",
                         "ABUT_TEST_KERNELS=" + kernels.path() + " POCL_CACHE_DIR=" + driver.path());
    };
    // The first run is the control: a cold cache must show what a warm one must not.
    EXPECT_THAT(run(drivers[0]), HasSubstr("compiled 2, loaded 0, linker ran"));
    EXPECT_THAT(run(drivers[1]), HasSubstr("compiled 0, loaded 2, linker did not run"));
}

TEST(NoPlatform, SaysWhatToInstall) {
    const auto text =
        output_of("FreshProcessBody.DISABLED_OpensTheFirstDevice", "-u OCL_ICD_FILENAMES OCL_ICD_VENDORS=/nowhere");
    EXPECT_THAT(text, HasSubstr("0 devices"));
    EXPECT_THAT(text, HasSubstr("no device opencl:0: there is no OpenCL platform here"));
    EXPECT_THAT(text, HasSubstr("pocl-opencl-icd"));
}

}  // namespace
}  // namespace abut
