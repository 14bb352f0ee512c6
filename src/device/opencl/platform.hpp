// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "abut/device.hpp"
#include "device/opencl/api.hpp"

namespace abut::inline v0::device::opencl {

/// Devices of all platforms in the loader's order, which is that of the selectors.
std::vector<cl::Device> all_devices();
/// Its facts; the selector is empty if the device is none of all_devices().
DeviceProfile profile_of(const cl::Device& device);
bool is_pocl(const cl::Device& device);
/// Everything that a binary for the device depends on, one "name=value" a line.
std::string identity_of(const cl::Device& device);

}  // namespace abut::inline v0::device::opencl
