// SPDX-License-Identifier: Apache-2.0
// usage: abut_plant_collapse DIRECTORY CLASS
// Lets a class of variants of gpu/ collapse in a cache, on the first device of OpenCL, as `abut tune` would.
#include <cstdio>
#include <exception>

#include "jit/collapsed_classes.hpp"
#include "program/device_class.hpp"

int main(int count, char** arguments) {
    using namespace abut;
    if (count != 3) {
        std::fputs("usage: abut_plant_collapse DIRECTORY CLASS\n", stderr);
        return 2;
    }
    try {
        const auto device = Device::open("opencl:0", {.cache = {.directory = ""}, .kernels = KernelFamily::Gpu});
        const jit::CollapsedClass collapsed{.name = arguments[2], .variants = 5, .greatest_benefit = 0.99};
        jit::write_collapsed(arguments[1], programs::measured_identity(device), {&collapsed, 1});
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
