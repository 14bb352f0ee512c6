// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>

#include "abut/layout.hpp"

namespace abut::core {

/// Calls visit(offset_bytes, size_bytes) for every contiguous run of bytes that a view covers, offsets counted from its
/// element 0, ascending where no stride is negative. Axes of stride 0 count once.
void for_each_byte_run(const Layout& layout, DType dtype,
                       const std::function<void(std::int64_t offset_bytes, std::int64_t run_bytes)>& visit);

}  // namespace abut::core
