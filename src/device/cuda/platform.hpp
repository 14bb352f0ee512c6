// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "abut/device.hpp"
#include "device/cuda/api.hpp"

namespace abut::inline v0::device::cuda {

int device_count(const Driver& driver);
/// The facts of a device of the driver's.
DeviceProfile profile_of(const Driver& driver, DeviceOrdinal device);
/// "sm_90".
std::string arch_of(const Driver& driver, DeviceOrdinal device);
/// Likewise for an architecture without a device.
DeviceProfile profile_of(const std::string& arch);
/// All that a binary depends on, one "name=value" a line.
std::string identity_of(const std::string& arch);
/// "13.0": the newest CUDA that the driver knows.
std::string driver_version_text(const Driver& driver);

}  // namespace abut::inline v0::device::cuda
