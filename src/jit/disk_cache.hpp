// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "abut/device.hpp"
#include "jit/cache_entry.hpp"

namespace abut::jit {

/// The directory of built programs, one file each. Every trouble with it is a warning to the log and a miss, never an error.
/// Used by one thread at a time.
class DiskCache {
public:
    /// Without a directory every lookup misses and nothing is stored.
    DiskCache(std::optional<std::string> directory, std::string identity, LogCallback log);

    struct Found {
        std::string file;
        CacheEntry entry;
    };
    /// An entry for this device that holds the kernel `key`, read and verified as a whole.
    std::optional<Found> find(const std::string& key);
    /// Never to be offered again: the driver refused it.
    void reject(const std::string& file, const std::string& reason);
    [[nodiscard]] bool has_directory() const noexcept { return directory_.has_value(); }
    void store(const std::vector<StoredKernel>& kernels, std::span<const std::byte> binary);

private:
    void read_new_headers();
    void index_file(const std::string& file);
    std::optional<CacheEntry> read_entry(const std::string& file, const std::string& key);
    void warn(const std::string& text) const;

    std::optional<std::string> directory_;
    std::string identity_;
    LogCallback log_;
    std::set<std::string> seen_files_;
    std::map<std::string, std::set<std::string>> files_of_key_;
    bool publishing_failed_ = false;
};

}  // namespace abut::jit
