// SPDX-License-Identifier: Apache-2.0
#include "cli/cache_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cli/cache_text.hpp"
#include "core/fail.hpp"
#include "core/printable.hpp"

namespace abut::cli {

namespace {

std::size_t common_prefix(const std::string& a, const std::string& b) {
    return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

}  // namespace

std::vector<std::string> all_keys(const std::vector<jit::ListedEntry>& entries) {
    std::vector<std::string> keys;
    for (const auto& entry : entries) keys.push_back(entry.key());
    for (const auto& entry : entries) {
        for (const auto& kernel : entry.kernels) keys.push_back(variant_key_of(kernel));
    }
    return keys;
}

std::string nearest_keys(std::vector<std::string> keys, const std::string& key) {
    constexpr std::size_t most_named = 3;
    std::ranges::stable_sort(keys, std::ranges::greater{},
                             [&](const std::string& other) { return common_prefix(key, other); });
    keys.resize(std::min(keys.size(), most_named));
    return keys.empty() ? "; the cache is empty" : fmt::format("; the nearest are {}", fmt::join(keys, ", "));
}

std::vector<NamedEntry> entries_named(const std::vector<jit::ListedEntry>& entries, const std::string& key) {
    std::vector<NamedEntry> found;
    for (const auto& entry : entries) {
        if (entry.key().starts_with(key)) found.push_back({.entry = entry, .variant = {}});
    }
    if (found.size() == 1 && found.front().entry.key() == key) return found;
    for (const auto& entry : entries) {
        for (const auto& kernel : entry.kernels) {
            auto variant = variant_key_of(kernel);
            const bool is_name = key.find('_') != std::string::npos;
            if (is_name ? kernel.starts_with(key) : variant.starts_with(key))
                found.push_back({.entry = entry, .variant = std::move(variant)});
        }
    }
    return found;
}

NamedEntry entry_named(const std::vector<jit::ListedEntry>& entries, const std::string& directory, const std::string& key) {
    auto found = entries_named(entries, key);
    if (found.size() == 1) return std::move(found.front());
    if (found.empty()) {
        core::fail_invalid("'{}': expected a key that `abut cache ls` lists for '{}', or its first characters{}",
                           core::printable(key), directory, nearest_keys(all_keys(entries), key));
    }
    std::vector<std::string> keys;
    const bool one_variant = std::ranges::all_of(
        found, [&](const NamedEntry& named) { return !named.variant.empty() && named.variant == found[0].variant; });
    for (const auto& named : found) keys.push_back(named.variant.empty() || one_variant ? named.entry.key() : named.variant);
    core::fail_invalid("'{}': expected as much of a key as only one program or variant in '{}' has, found {}{}",
                       core::printable(key), directory, found.size(), nearest_keys(std::move(keys), key));
}

}  // namespace abut::cli
