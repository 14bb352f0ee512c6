// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "jit/redis_link.hpp"

namespace abut::jit {

/// Marks bytes as written, under one name, by somebody who has the key: HMAC-SHA256 of the bytes, with the key's HMAC of the
/// name, stands before them. Bytes that lie under another name than they were sealed for are refused like changed ones.
class Seal {
public:
    Seal(Authenticate authenticate, std::string key) : authenticate_(std::move(authenticate)), key_(std::move(key)) {}

    [[nodiscard]] std::string seal(std::string_view name, std::span<const std::byte> bytes) const;
    /// The bytes, in `sealed`; nothing where the seal is not theirs.
    [[nodiscard]] std::optional<std::span<const std::byte>> open(std::string_view name, std::string_view sealed) const;

private:
    [[nodiscard]] Digest digest_of(std::string_view name, std::span<const std::byte> bytes) const;

    Authenticate authenticate_;
    std::string key_;
};

}  // namespace abut::jit
