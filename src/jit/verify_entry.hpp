// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "jit/cache_entry.hpp"
#include "jit/kernel_sources.hpp"

namespace abut::jit {

struct VerifiedEntry {
    std::optional<CacheEntry> entry;
    std::string fault;  ///< why there is none
};

/// The entry in the bytes of a file, wherever they are from, if its checksum holds, it is for the device of `identity`, and
/// each of its variants lies under its own key. Only then may a driver see it.
VerifiedEntry verify_entry(std::span<const std::byte> file, const std::string& identity, const KeyHash& hash);

}  // namespace abut::jit
