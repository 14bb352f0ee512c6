// SPDX-License-Identifier: Apache-2.0
// What tests of a process of its own have it do, since drivers read their settings once.
#include <sys/resource.h>

#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include "abut/error.hpp"
#include "jit/kernel_cache.hpp"
#include "support/opencl_test.hpp"
#include "support/run_scale.hpp"

namespace abut::test {
namespace {

/// Whether a program was run as a child so far, as PoCL runs the linker for each kernel that it compiles.
bool ran_children() {
    rusage usage{};
    getrusage(RUSAGE_CHILDREN, &usage);
    return usage.ru_minflt > 0;
}

/// Loads or builds two kernels and runs them, and prints what the driver had to do.
int run_two_kernels(const std::string& directory) {
    const auto device = Device::open(test_selector(), {.log = {}, .cache = {.directory = directory}});
    jit::KernelCache cache(device, scale_sources);
    jit::BuildReport report;
    const auto kernels = cache.get(std::vector{scale_spec("2.0f"), scale_spec("10.0f")}, {}, &report);
    const bool ran_before = ran_children();
    const bool is_right = scaled_on(device, *kernels[0]).at(3) == 9 && scaled_on(device, *kernels[1]).at(3) == 41;
    std::printf("compiled %d, loaded %d, linker %s\n", report.compiled, report.loaded,
                ran_children() ? "ran" : "did not run");
    if (!is_right) std::printf("wrong results\n");
    if (ran_children() != ran_before) std::printf("the launch compiled\n");
    return is_right && ran_children() == ran_before ? 0 : 1;
}

int open_first_device() {
    std::printf("%zu devices\n", list_devices().size());
    try {
        Device::open();
    } catch (const Error& error) {
        std::printf("%s\n", error.what());
    }
    return 0;
}

}  // namespace
}  // namespace abut::test

/// usage: abut_fresh_process kernels DIRECTORY | devices
int main(int argc, char** argv) try {
    if (argc == 3 && std::string_view(argv[1]) == "kernels") return abut::test::run_two_kernels(argv[2]);
    if (argc == 2 && std::string_view(argv[1]) == "devices") return abut::test::open_first_device();
    return 2;
} catch (const std::exception& error) {
    std::printf("%s\n", error.what());
    return 1;
}
