// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "abut/device.hpp"
#include "support/emulated_cuda.hpp"

namespace abut::test {

/// Selector of the device that the tests use; ABUT_TEST_DEVICE names another than the first, or emulated:cuda.
inline std::string test_selector() {
    const auto* selected = std::getenv("ABUT_TEST_DEVICE");
    return selected != nullptr ? selected : "opencl:0";
}

/// The kernels that the tests use: ABUT_TEST_FAMILY, cpu or gpu, or those that the device is made for.
inline std::optional<KernelFamily> test_kernels() {
    const auto* family = std::getenv("ABUT_TEST_FAMILY");
    if (family == nullptr) return std::nullopt;
    return std::string(family) == "gpu" ? KernelFamily::Gpu : KernelFamily::Cpu;
}

/// The device that the tests use. Throws as Device::open does.
inline Device open_test_device(DeviceOptions options) {
    options.kernels = test_kernels();
    if (test_selector() == EmulatedCuda::selector) return {std::make_shared<EmulatedCuda>(), std::move(options)};
    return Device::open(test_selector(), std::move(options));
}

/// Tests of an OpenCL device; skipped, with the reason, where there is none.
class OpenClTest : public ::testing::Test {
protected:
    void SetUp() override {
        if (list_devices().empty()) GTEST_SKIP() << "no OpenCL platform is installed (Debian: pocl-opencl-icd)";
        device_ = open();
    }
    /// Kernels are kept in memory unless `directory` says where.
    static Device open(const std::string& directory = "", LogCallback log = {}) {
        return open_test_device({.log = std::move(log), .cache = {.directory = directory}});
    }
    [[nodiscard]] const Device& device() const { return *device_; }

private:
    std::optional<Device> device_;
};

}  // namespace abut::test
