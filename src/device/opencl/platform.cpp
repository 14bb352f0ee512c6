// SPDX-License-Identifier: Apache-2.0
#include "device/opencl/platform.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/cpu_features.hpp"
#include "core/environment.hpp"

namespace abut::inline v0::device::opencl {
namespace {

/// The loader's own code for "no platform" (cl_khr_icd).
constexpr cl_int platform_not_found = -1001;

std::vector<cl::Platform> platforms() {
    std::vector<cl::Platform> found;
    try {
        cl::Platform::get(&found);
    } catch (const cl::Error& error) {
        if (error.err() != platform_not_found) throw driver_error(error, "listing OpenCL platforms");
    }
    return found;
}

std::int64_t to_int64(cl_ulong value) {
    return static_cast<std::int64_t>(std::min<cl_ulong>(value, std::numeric_limits<std::int64_t>::max()));
}

std::string selector_of(const cl::Device& device) {
    const auto devices = all_devices();
    const auto found = std::ranges::find(devices, device(), [](const cl::Device& other) { return other(); });
    return found != devices.end() ? fmt::format("opencl:{}", found - devices.begin()) : std::string();
}

std::string platform_info(const cl::Device& device, cl_platform_info what) {
    std::string text;
    cl::Platform(device.getInfo<CL_DEVICE_PLATFORM>()).getInfo(what, &text);
    return text;
}

/// OpenCL does not tell: x86-64 has 16 of SSE and AVX, 32 of AVX-512.
int vector_registers(int vector_bytes) {
    constexpr int avx512_bytes = 64;
    return vector_bytes < avx512_bytes ? 16 : 32;
}

}  // namespace

std::vector<cl::Device> all_devices() {
    std::vector<cl::Device> devices;
    for (const auto& platform : platforms()) {
        std::vector<cl::Device> of_platform;
        try {
            platform.getDevices(CL_DEVICE_TYPE_ALL, &of_platform);
        } catch (const cl::Error& error) {
            if (error.err() != CL_DEVICE_NOT_FOUND) throw driver_error(error, "listing OpenCL devices");
        }
        devices.insert(devices.end(), of_platform.begin(), of_platform.end());
    }
    return devices;
}

DeviceProfile profile_of(const cl::Device& device) {
    constexpr cl_uint bits_per_byte = 8;
    return checked("reading the device's facts", [&] {
        DeviceProfile profile;
        profile.name = fmt::format("{} ({})", device.getInfo<CL_DEVICE_NAME>(), platform_info(device, CL_PLATFORM_NAME));
        profile.selector = selector_of(device);
        profile.is_cpu = (device.getInfo<CL_DEVICE_TYPE>() & CL_DEVICE_TYPE_CPU) != 0;
        profile.kernels = profile.is_cpu ? KernelFamily::Cpu : KernelFamily::Gpu;
        profile.shares_host_memory = device.getInfo<CL_DEVICE_HOST_UNIFIED_MEMORY>() != CL_FALSE;
        profile.compute_units = static_cast<int>(device.getInfo<CL_DEVICE_MAX_COMPUTE_UNITS>());
        profile.vector_bytes = static_cast<int>(device.getInfo<CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT>() * sizeof(cl_float));
        profile.vector_registers = vector_registers(profile.vector_bytes);
        profile.buffer_alignment_bytes = device.getInfo<CL_DEVICE_MEM_BASE_ADDR_ALIGN>() / bits_per_byte;
        profile.memory_bytes = to_int64(device.getInfo<CL_DEVICE_GLOBAL_MEM_SIZE>());
        profile.max_allocation_bytes = to_int64(device.getInfo<CL_DEVICE_MAX_MEM_ALLOC_SIZE>());
        return profile;
    });
}

bool is_pocl(const cl::Device& device) {
    return platform_info(device, CL_PLATFORM_NAME) == "Portable Computing Language";
}

std::string identity_of(const cl::Device& device) {
    return checked("reading the device's identity", [&] {
        std::string lines = "api=opencl\n";
        const auto add = [&](const char* name, const std::string& value) { lines += fmt::format("{}={}\n", name, value); };
        add("platform", platform_info(device, CL_PLATFORM_NAME));
        add("platform version", platform_info(device, CL_PLATFORM_VERSION));
        add("device", device.getInfo<CL_DEVICE_NAME>());
        add("vendor", device.getInfo<CL_DEVICE_VENDOR>());
        add("device version", device.getInfo<CL_DEVICE_VERSION>());
        add("driver version", device.getInfo<CL_DRIVER_VERSION>());
        add("address bits", fmt::format("{}", device.getInfo<CL_DEVICE_ADDRESS_BITS>()));
        // The name of a device may stay the same where fewer instructions can be used: another machine of a fleet, a guest.
        if ((device.getInfo<CL_DEVICE_TYPE>() & CL_DEVICE_TYPE_CPU) != 0) add("cpu features", core::cpu_features());
        return lines + core::read_environment().driver_settings;
    });
}

}  // namespace abut::inline v0::device::opencl
