// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "jit/cache_system.hpp"

/// Entries that are damaged, not what their name says, or refused by a driver: they lie in the folder quarantine/ of the
/// cache, where nothing looks for kernels, each with the reason beside it.
namespace abut::jit {

/// Where they lie; it need not exist.
std::string quarantine_folder(const std::string& directory);

struct QuarantinedEntry {
    std::string name;  ///< of the file
    std::string reason;
    std::int64_t bytes = 0;
    std::int64_t time = 0;  ///< seconds since 1970
};

/// Moves the entry there; the oldest go where there are too many. False where it could not be moved.
bool quarantine_entry(const std::string& directory, const std::string& file, const std::string& reason,
                      const CacheSystem& system = {});

/// By name. Empty where nothing ever was. Throws IO.
std::vector<QuarantinedEntry> list_quarantine(const std::string& directory);

}  // namespace abut::jit
