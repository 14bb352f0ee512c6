// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "device/opencl/api.hpp"

namespace abut::inline v0::device::opencl {

/// Smaller buffers gain nothing, and their last page would waste more than it holds.
inline constexpr std::int64_t least_bytes_for_huge_pages = std::int64_t{1} << 20;

/// A buffer in the host's memory, which the system is asked to back by pages of 2 MiB: pixels of a slice lie a whole
/// concat's apart, so that its pages of 4 KiB are more than a TLB holds. `used_bytes` counts it until the driver has let go
/// of it, which may be after the last handle. Throws cl::Error with CL_MEM_OBJECT_ALLOCATION_FAILURE where that would pass
/// `most_bytes` or there is no memory. Thread-safe.
cl::Buffer allocate_huge_pages(const cl::Context& context, std::int64_t bytes,
                               const std::shared_ptr<std::atomic<std::int64_t>>& used_bytes, std::int64_t most_bytes);

}  // namespace abut::inline v0::device::opencl
