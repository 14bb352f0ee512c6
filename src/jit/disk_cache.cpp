// SPDX-License-Identifier: Apache-2.0
#include "jit/disk_cache.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "abut/error.hpp"
#include "jit/cache_files.hpp"

namespace abut::jit {
DiskCache::DiskCache(std::optional<std::string> directory, std::string identity, LogCallback log)
    : directory_(std::move(directory)),
      identity_(std::move(identity)),
      log_(std::move(log)) {
    if (!directory_) return;
    try {
        prepare_directory(*directory_);
    } catch (const Error& error) {
        warn(fmt::format("{}; kernels are kept in memory only", error.what()));
        directory_.reset();
    }
}

void DiskCache::warn(const std::string& text) const {
    if (log_) log_(LogLevel::Warning, text);
}

void DiskCache::read_new_headers() {
    if (!directory_) return;
    try {
        for (const auto& file : list_files(*directory_, entry_suffix)) {
            if (seen_files_.insert(file).second) index_file(file);
        }
    } catch (const Error& error) {
        warn(error.what());
    }
}

void DiskCache::index_file(const std::string& file) {
    const auto path = *directory_ + "/" + file;
    try {
        const auto end = header_end_bytes(read_file(path, header_prefix_bytes()));
        const auto header = end ? decode_header(read_file(path, *end)) : std::nullopt;
        if (!header) return warn(fmt::format("kernel cache: '{}' is damaged or of another version; it is ignored", path));
        if (header->identity != identity_) return;
        for (const auto& kernel : header->kernels) files_of_key_[kernel.key].insert(file);
    } catch (const Error& error) {
        warn(error.what());
    }
}

std::optional<CacheEntry> DiskCache::read_entry(const std::string& file, const std::string& key) {
    auto entry = decode_entry(read_file(*directory_ + "/" + file, std::numeric_limits<std::size_t>::max()));
    // The header that the index was made of was not verified.
    if (!entry || entry->header.identity != identity_) return std::nullopt;
    if (std::ranges::find(entry->header.kernels, key, &StoredKernel::key) == entry->header.kernels.end())
        return std::nullopt;
    return entry;
}

std::optional<DiskCache::Found> DiskCache::find(const std::string& key) {
    if (!files_of_key_.contains(key)) read_new_headers();
    while (files_of_key_.contains(key)) {
        const auto file = *files_of_key_[key].begin();
        try {
            if (auto entry = read_entry(file, key)) return Found{.file = file, .entry = *std::move(entry)};
            reject(file, "it is damaged");
        } catch (const Error& error) {
            reject(file, error.what());
        }
    }
    return std::nullopt;
}

void DiskCache::reject(const std::string& file, const std::string& reason) {
    warn(fmt::format("kernel cache: '{}/{}' is ignored: {}", directory_.value_or(""), file, reason));
    for (auto of_key = files_of_key_.begin(); of_key != files_of_key_.end();) {
        of_key->second.erase(file);
        of_key = of_key->second.empty() ? files_of_key_.erase(of_key) : std::next(of_key);
    }
}

void DiskCache::store(const std::vector<StoredKernel>& kernels, std::span<const std::byte> binary) {
    if (!directory_ || binary.empty()) return;
    const EntryHeader header{.identity = identity_, .kernels = kernels};
    const auto file = entry_file_name(header);
    try {
        publish_file(*directory_, file, encode_entry(header, binary));
        seen_files_.insert(file);
        for (const auto& kernel : kernels) files_of_key_[kernel.key].insert(file);
    } catch (const Error& error) {
        if (!std::exchange(publishing_failed_, true)) warn(fmt::format("{}; kernels are kept in memory only", error.what()));
    }
}

}  // namespace abut::jit
