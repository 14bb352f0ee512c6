// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "abut/device.hpp"
#include "device/backend.hpp"

/// All that the rest of the library sees of CUDA.
namespace abut::inline v0::device::cuda {

/// CUDA's devices in the driver's order; empty where there is no driver or none that works.
std::vector<DeviceProfile> list();
/// The primary context of device `index`. Throws Device with the reason if there is none.
std::shared_ptr<Backend> open(int index);
/// An architecture without a device: it builds, and refuses all else. `arch` is "sm_90a".
std::shared_ptr<Backend> offline(std::string_view arch);

/// The caller's, which must outlive the results.
std::shared_ptr<Backend> wrap(CUcontext context);
std::shared_ptr<QueueBackend> wrap(CUstream stream);
std::shared_ptr<EventBackend> wrap(CUevent event);
std::shared_ptr<Memory> wrap(unsigned long long device_pointer, std::int64_t size_bytes);

}  // namespace abut::inline v0::device::cuda
