// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace abut::jit {

/// What lies in a cache's directory under one name.
struct ListedEntry {
    std::string name;                  ///< of the file
    std::string device;                ///< of the identity that it was built for: the device's name, or an architecture
    std::vector<std::string> kernels;  ///< entry points
    std::int64_t bytes = 0;
    std::chrono::system_clock::time_point created;
    bool is_damaged = false;  ///< of another version, or not to be trusted: only name, bytes and time are known
};

/// By name. Only the start of each file is read. Throws IO.
std::vector<ListedEntry> list_entries(const std::string& directory);

}  // namespace abut::jit
