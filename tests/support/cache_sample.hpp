// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>
#include <utime.h>

#include <string>
#include <vector>

#include "abut/device.hpp"
#include "jit/cache_entry.hpp"
#include "jit/disk_cache.hpp"
#include "jit/key_document.hpp"

/// Entries of a kernel cache that no compiler made.
namespace abut::test {

inline constexpr const char* sample_identity = "api=text\ndevice=paper\ndriver=1\n";

/// A document like that of a variant.
inline std::string sample_document(const std::string& factor, const std::string& stem = "scale") {
    std::string document;
    jit::add_field("family", "cpu", document);
    jit::add_field("stem", stem, document);
    jit::add_field("parameter x guard", "16", document);
    jit::add_field("constant FACTOR", factor, document);
    jit::add_field("text", core::hash_hex(factor), document);
    return document;
}

inline jit::VariantId sample_variant(const std::string& factor, const std::string& stem = "scale") {
    auto document = sample_document(factor, stem);
    auto key = jit::hash_key(document);
    return {.key = std::move(key), .document = std::move(document)};
}

inline jit::CacheEntry sample_entry(const std::vector<jit::VariantId>& variants, std::size_t binary_bytes = 40,
                                    const std::string& identity = sample_identity) {
    jit::CacheEntry entry{.outline = {.identity = identity, .metadata = {.created = 1'800'000'000}, .kernels = {}},
                          .source = "text",
                          .binary = std::vector(binary_bytes, std::byte{7})};
    for (const auto& variant : variants)
        entry.outline.kernels.push_back({.key = variant.key,
                                         .document = variant.document,
                                         .name = "scale_" + variant.key,
                                         .parameters = {{"x", device::ScalarType::Pointer}}});
    return entry;
}

inline jit::DiskCache sample_cache(const CacheOptions& options, LogCallback log = {}, jit::CacheSystem system = {},
                                   const std::string& identity = sample_identity, jit::KeyHash hash = jit::hash_key) {
    return {options, identity, std::move(log), std::move(hash), std::move(system)};
}

inline jit::DiskCache sample_cache(const std::string& directory) {
    return sample_cache(CacheOptions{.directory = directory});
}

/// As after a new start: whether the variant is found.
inline bool is_found(const CacheOptions& options, const jit::VariantId& variant) {
    auto cache = sample_cache(options);
    cache.refresh();
    return cache.find(variant).has_value();
}

inline bool is_found(const std::string& directory, const jit::VariantId& variant) {
    return is_found(CacheOptions{.directory = directory}, variant);
}

/// Sets the time of a file's last change, in seconds since 1970.
inline void set_time(const std::string& path, std::int64_t seconds) {
    const utimbuf times{.actime = seconds, .modtime = seconds};
    if (::utime(path.c_str(), &times) != 0) throw std::runtime_error("no time of " + path);
}

}  // namespace abut::test
