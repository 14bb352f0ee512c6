// SPDX-License-Identifier: Apache-2.0
// What only a process of its own can show, since drivers read their settings once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "support/opencl_test.hpp"
#include "support/run_command.hpp"
#include "support/temporary_directory.hpp"

namespace abut {
namespace {

using ::testing::HasSubstr;

/// What fresh_process/ prints, which was built beside this program, with these arguments and settings of the environment.
std::string output_of(const std::vector<std::string>& arguments, const std::vector<std::string>& settings) {
    const auto here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    std::vector<std::string> command{"env"};
    command.insert(command.end(), settings.begin(), settings.end());
    command.push_back((here / "abut_fresh_process").string());
    command.insert(command.end(), arguments.begin(), arguments.end());
    const auto result = test::run_command(command);
    EXPECT_EQ(result.exit_code, 0) << result.output;
    return result.output;
}

class FreshProcess : public test::OpenClTest {};

TEST_F(FreshProcess, CompilesNothingFromAWarmCache) {
    if (device().profile().name.find("Portable Computing Language") == std::string::npos) {
        GTEST_SKIP() << "only PoCL shows by its linker when it compiles";
    }
    const test::TemporaryDirectory kernels;
    const test::TemporaryDirectory drivers[2];
    const auto run = [&](const test::TemporaryDirectory& driver) {
        return output_of({"kernels", kernels.path()}, {"POCL_CACHE_DIR=" + driver.path()});
    };
    // The first run is the control: a cold cache must show what a warm one must not.
    EXPECT_THAT(run(drivers[0]), HasSubstr("compiled 2, loaded 0, linker ran"));
    EXPECT_THAT(run(drivers[1]), HasSubstr("compiled 0, loaded 2, linker did not run"));
}

TEST(NoPlatform, SaysWhatToInstall) {
    const auto text = output_of({"devices"}, {"-u", "OCL_ICD_FILENAMES", "OCL_ICD_VENDORS=/nowhere"});
    EXPECT_THAT(text, HasSubstr("0 devices"));
    EXPECT_THAT(text, HasSubstr("no device opencl:0: there is no OpenCL platform here"));
    EXPECT_THAT(text, HasSubstr("pocl-opencl-icd"));
}

}  // namespace
}  // namespace abut
