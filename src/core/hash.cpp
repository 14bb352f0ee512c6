// SPDX-License-Identifier: Apache-2.0
#include "core/hash.hpp"

#include <fmt/format.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace abut::core {

std::string ContentHash::hex() const {
    return fmt::format("{:016x}{:016x}", high, low);
}

ContentHash content_hash(std::span<const std::byte> bytes) {
    const auto hash = XXH3_128bits(bytes.data(), bytes.size());
    return {.high = hash.high64, .low = hash.low64};
}

ContentHash content_hash(std::string_view text) {
    return content_hash(std::as_bytes(std::span(text)));
}

std::string hash_hex(std::span<const std::byte> bytes) {
    return content_hash(bytes).hex();
}

std::string hash_hex(std::string_view text) {
    return content_hash(text).hex();
}

}  // namespace abut::core
