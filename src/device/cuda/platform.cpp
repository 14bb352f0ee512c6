// SPDX-License-Identifier: Apache-2.0
#include "device/cuda/platform.hpp"

#include <fmt/format.h>

#include <array>

#include "core/fail.hpp"
#include "device/cuda/arch.hpp"
#include "device/cuda/cuda.hpp"
#include "device/cuda/memory.hpp"
#include "device/cuda/nvrtc.hpp"

namespace abut::inline v0::device::cuda {
namespace {

constexpr const char* reading_facts = "reading the device's facts";

int attribute(const Driver& driver, Attribute what, DeviceOrdinal device) {
    int value = 0;
    driver.run(reading_facts, driver.device_attribute, &value, what, device);
    return value;
}

/// What all of them share.
DeviceProfile gpu_profile() {
    DeviceProfile profile;
    profile.is_cpu = false;
    profile.kernels = KernelFamily::Gpu;
    profile.shares_host_memory = false;
    // A thread loads and stores 16 bytes at most, and has 255 registers of 4.
    profile.vector_bytes = 16;
    profile.vector_registers = 255 * 4 / 16;
    profile.buffer_alignment_bytes = allocation_alignment_bytes;
    return profile;
}

}  // namespace

int device_count(const Driver& driver) {
    int count = 0;
    driver.run("counting devices", driver.device_count, &count);
    return count;
}

std::string arch_of(const Driver& driver, DeviceOrdinal device) {
    return fmt::format("sm_{}{}", attribute(driver, Attribute::CapabilityMajor, device),
                       attribute(driver, Attribute::CapabilityMinor, device));
}

DeviceProfile profile_of(const Driver& driver, DeviceOrdinal device) {
    std::array<char, 256> name{};
    driver.run(reading_facts, driver.device_name, name.data(), static_cast<int>(name.size()), device);
    std::size_t memory_bytes = 0;
    driver.run(reading_facts, driver.device_memory, &memory_bytes, device);
    auto profile = gpu_profile();
    profile.name = name.data();
    profile.selector = fmt::format("cuda:{}", device);
    profile.compute_units = attribute(driver, Attribute::MultiprocessorCount, device);
    profile.memory_bytes = static_cast<std::int64_t>(memory_bytes);
    profile.max_allocation_bytes = profile.memory_bytes;
    return profile;
}

DeviceProfile profile_of(const std::string& arch) {
    auto profile = gpu_profile();
    profile.name = arch + " without a device";
    profile.selector = "cuda:" + arch;
    profile.compute_units = multiprocessors_of(parse_arch(arch));
    return profile;
}

std::string identity_of(const std::string& arch) {
    // NVRTC's version is left out: what one has built runs wherever the architecture is, also where there is no NVRTC.
    auto lines = fmt::format("api=cuda\narch={}\nbuild options=", arch);
    for (const char* option : compile_options) lines += fmt::format("{} ", option);
    return lines + "\n";
}

std::string driver_version_text(const Driver& driver) {
    int version = 0;
    driver.run("reading the driver's version", driver.driver_version, &version);
    constexpr int major = 1000;
    constexpr int minor = 10;
    return fmt::format("{}.{}", version / major, version % major / minor);
}

std::vector<DeviceProfile> list() try {
    const auto driver = load_driver();
    std::vector<DeviceProfile> profiles;
    const int count = device_count(*driver);
    for (int i = 0; i < count; ++i) profiles.push_back(profile_of(*driver, i));
    return profiles;
} catch (const Error&) {  // open() tells why
    return {};
}

}  // namespace abut::inline v0::device::cuda
