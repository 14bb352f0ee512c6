// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "abut/device.hpp"

/// Variants that are neither loaded nor built: for each a file KEY.banned in a cache's directory, which holds the kernel's
/// stem.
namespace abut::jit {

struct BannedVariant {
    std::string key;
    std::string kernel;      ///< its stem; empty where it was not known
    std::int64_t since = 0;  ///< seconds since 1970
};

/// By key. Empty where there is no such directory. Throws IO.
std::vector<BannedVariant> list_banned(const std::string& directory);
/// Throw IO where the mark can't be set or removed. Nothing happens where it is (is not) there already.
void ban_variant(const std::string& directory, const std::string& key, const std::string& kernel);
void unban_variant(const std::string& directory, const std::string& key);

/// Keys of the variants that are banned for caches with these options, each with the directory that says so: in the cache's
/// own and in its overlays, as far as they are trusted.
std::map<std::string, std::string> banned_keys(const CacheOptions& options);

}  // namespace abut::jit
