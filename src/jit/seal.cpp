// SPDX-License-Identifier: Apache-2.0
#include "jit/seal.hpp"

namespace abut::jit {
namespace {

/// In a time that tells nothing of where they differ.
bool are_same(std::span<const std::byte> a, std::span<const std::byte> b) {
    auto difference = std::byte{};
    for (std::size_t i = 0; i < a.size(); ++i) difference |= a[i] ^ b[i];
    return difference == std::byte{};
}

}  // namespace

Digest Seal::digest_of(std::string_view name, std::span<const std::byte> bytes) const {
    const auto key_of_name = authenticate_(std::as_bytes(std::span(key_)), std::as_bytes(std::span(name)));
    return authenticate_(key_of_name, bytes);
}

std::string Seal::seal(std::string_view name, std::span<const std::byte> bytes) const {
    const auto digest = digest_of(name, bytes);
    std::string sealed;
    sealed.reserve(digest.size() + bytes.size());
    for (const auto part : {std::span<const std::byte>(digest), bytes})
        sealed.append(reinterpret_cast<const char*>(part.data()), part.size());
    return sealed;
}

std::optional<std::span<const std::byte>> Seal::open(std::string_view name, std::string_view sealed) const {
    const auto all = std::as_bytes(std::span(sealed));
    if (all.size() < Digest().size()) return std::nullopt;
    const auto bytes = all.subspan(Digest().size());
    if (!are_same(digest_of(name, bytes), all.first(Digest().size()))) return std::nullopt;
    return bytes;
}

}  // namespace abut::jit
