// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "abut/device.hpp"
#include "device/backend.hpp"

/// All that the rest of the library sees of OpenCL; no header of OpenCL is needed to include it.
namespace abut::inline v0::device::opencl {

/// Devices of all platforms, in the order of their selectors; empty without a platform.
std::vector<DeviceProfile> list();
/// A context of its own on device `index` of list(). Throws Device if there is none.
std::shared_ptr<Backend> open(int index);
/// Retains both.
std::shared_ptr<Backend> wrap(cl_context context, cl_device_id device);
std::shared_ptr<QueueBackend> wrap(cl_command_queue queue);
std::shared_ptr<EventBackend> wrap(cl_event event);

struct WrappedMemory {
    std::shared_ptr<Memory> root;   ///< the buffer itself, of a sub-buffer its parent
    std::int64_t offset_bytes = 0;  ///< of the wrapped buffer in the root
    std::int64_t size_bytes = 0;    ///< of the wrapped buffer
};
WrappedMemory wrap(cl_mem memory);

}  // namespace abut::inline v0::device::opencl
