// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "abut/device.hpp"

namespace abut::programs {

/// What times on a device depend on beside the identity of its kernels, as a key document: one binary can serve chips of
/// several sizes.
std::string device_class_of(const Device& device);

/// What names a class of device among those that were measured: the kernels' identity, and its class.
std::string measured_identity(const Device& device);

}  // namespace abut::programs
