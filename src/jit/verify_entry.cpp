// SPDX-License-Identifier: Apache-2.0
#include "jit/verify_entry.hpp"

#include <algorithm>

namespace abut::jit {

VerifiedEntry verify_entry(std::span<const std::byte> file, const std::string& identity, const KeyHash& hash) {
    auto entry = decode_entry(file);
    if (!entry) return {.entry = std::nullopt, .fault = "it is damaged"};
    const auto& outline = entry->outline;
    const auto is_under_its_key = [&](const StoredKernel& kernel) { return hash(kernel.document) == kernel.key; };
    if (outline.identity != identity || !std::ranges::all_of(outline.kernels, is_under_its_key))
        return {.entry = std::nullopt, .fault = "it is not what its header says"};
    return {.entry = std::move(entry), .fault = {}};
}

}  // namespace abut::jit
