// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace abut::core {

/// XXH3-128 of some bytes: the same on every machine, for keys and checksums, not against malice.
struct ContentHash {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    auto operator<=>(const ContentHash&) const = default;
    [[nodiscard]] std::string hex() const;  ///< 32 digits, high first
};

[[nodiscard]] ContentHash content_hash(std::span<const std::byte> bytes);
[[nodiscard]] ContentHash content_hash(std::string_view text);
[[nodiscard]] std::string hash_hex(std::span<const std::byte> bytes);  ///< content_hash(bytes).hex()
[[nodiscard]] std::string hash_hex(std::string_view text);

}  // namespace abut::core
