// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jit/cache_entry.hpp"

namespace abut::jit {

/// What lies in a cache's directory under one name.
struct ListedEntry {
    std::string name;                  ///< of the file: its key and a suffix
    std::string device;                ///< of the identity that it was built for: the device's name, or an architecture
    std::vector<std::string> kernels;  ///< entry points
    std::int64_t bytes = 0;
    std::chrono::system_clock::time_point created;
    bool is_damaged = false;  ///< of another version, or not to be trusted: only name, bytes and time are known

    [[nodiscard]] std::string key() const { return name.substr(0, name.rfind('.')); }
};

/// By name. Only the start of each file is read. Throws IO.
std::vector<ListedEntry> list_entries(const std::string& directory);

/// The whole entry, verified; nothing where it is damaged or of another version. Throws IO.
std::optional<CacheEntry> read_sound_entry(const std::string& directory, const std::string& name);

}  // namespace abut::jit
