// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "abut/layout.hpp"

namespace abut::planning {

/// The largest power of two (up to 4096) that divides the offset and every stride of an axis with more than one element, all
/// in bytes.
std::int64_t alignment_bytes(std::int64_t offset_bytes, const Layout& layout, DType dtype);

/// Bytes from element 0 of a view to the element at `begin`.
std::int64_t distance_bytes(const Layout& layout, const Dims& begin, DType dtype);

}  // namespace abut::planning
