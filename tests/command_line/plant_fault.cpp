// SPDX-License-Identifier: Apache-2.0
// usage: abut_plant_fault DIRECTORY STEM FROM TO
// Gives a program of a cache of kernels the binary of another text; prints the entry point of the kernel that is wrong now.
#include <cstdio>
#include <exception>

#include "support/opencl_test.hpp"
#include "support/plant_fault.hpp"

int main(int count, char** arguments) {
    using namespace abut;
    if (count != 5) {
        std::fputs("usage: abut_plant_fault DIRECTORY STEM FROM TO\n", stderr);
        return 2;
    }
    try {
        const auto device = test::open_test_device({.cache = {.directory = ""}});
        std::puts(test::plant_fault(arguments[1], device, {arguments[2], arguments[3], arguments[4]}).c_str());
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
