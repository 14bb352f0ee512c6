// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "jit/cache_system.hpp"

/// A cache stays below its limit: what was not used for longest goes.
namespace abut::jit {

struct EvictionCandidate {
    std::string name;  ///< of the file
    std::int64_t bytes = 0;
    std::int64_t last_used = 0;  ///< seconds since 1970
    bool is_pinned = false;
    bool is_needed = false;  ///< by this process
};

/// Those that are to go, in this order. Above the limit those that are neither pinned nor needed go, down to nine tenths of
/// it; then those that are needed, until the rest is within it. Times after `now` count as now. Pure.
std::vector<EvictionCandidate> choose_evicted(std::vector<EvictionCandidate> files, std::int64_t limit_bytes,
                                              std::int64_t now);

struct EvictedEntry {
    std::string name;
    std::string identity;
    std::vector<std::string> variants;  ///< keys
    std::int64_t bytes = 0;
};

struct EvictionReport {
    std::vector<EvictedEntry> evicted;
    std::vector<std::string> refused{};  ///< files that should go as well, but the system does not remove them
    std::int64_t needed_bytes = 0;       ///< of the entries that this process needs, those that had to go as well included
    std::int64_t kept_bytes = 0;         ///< of what is left
};

/// What evict_entries would evict, and changes nothing. Throws IO.
EvictionReport plan_eviction(const std::string& directory, std::int64_t limit_bytes, const std::set<std::string>& needed,
                             std::int64_t now);

/// Evicts entries of the directory, of which this process needs `needed`, notes each in its log with the label of the
/// build, and removes temporary files of processes that died. Entries of a newer format belong to another Abut: they are
/// neither counted nor touched. Throws IO.
EvictionReport evict_entries(const std::string& directory, std::int64_t limit_bytes, const std::set<std::string>& needed,
                             const std::string& label = {}, const CacheSystem& system = {});

/// What became of files that were to go; those that others removed meanwhile are not in it.
struct RemovalReport {
    int removed = 0;
    std::vector<std::string> refused;  ///< those that the system does not remove
};

/// Removes those files of the directory and notes each in its log with the reason.
RemovalReport remove_entries(const std::string& directory, const std::vector<std::string>& names, const std::string& reason,
                             const CacheSystem& system = {});

}  // namespace abut::jit
