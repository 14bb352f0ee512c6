// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace abut::core {

/// The widest access of a kernel, 16 floats: nothing is gained by knowing more of an address.
inline constexpr std::int64_t widest_access_bytes = 64;

/// What divides the address of every packed constant.
inline constexpr std::int64_t constant_alignment_bytes = widest_access_bytes;

/// The most that a root of an arena can be aligned to, and so the most that a kernel of the caller's can ask for.
inline constexpr std::int64_t largest_alignment_bytes = std::int64_t{1} << 20;

}  // namespace abut::core
