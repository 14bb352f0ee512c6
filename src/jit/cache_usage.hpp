// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "jit/cache_system.hpp"

/// What is noted beside an entry KEY.kernels: KEY.used, a byte a hit, KEY.pinned, and KEY.benefit
/// (jit/variant_benefits.hpp). Nothing of it decides what a kernel is: where it can't be written, it is not.
namespace abut::jit {

/// "KEY" of "KEY.kernels".
std::string key_of_file(const std::string& file);

struct EntryUse {
    std::int64_t hits = 0;       ///< by how many processes, since it is there
    std::int64_t last_used = 0;  ///< seconds since 1970; 0: never
};
void note_use(const std::string& directory, const std::string& file, const CacheSystem& system = {});
EntryUse use_of(const std::string& directory, const std::string& file);

/// A pinned entry is never evicted. Throws IO where the mark can't be set or removed.
void set_pinned(const std::string& directory, const std::string& file, bool pinned);
bool is_pinned(const std::string& directory, const std::string& file);

/// Removes what is noted of the entry.
void remove_notes(const std::string& directory, const std::string& file, const CacheSystem& system = {});

enum class RemoveResult : std::uint8_t {
    Removed,
    Absent,   ///< others did so before
    Refused,  ///< by the system: it is still there
};
/// Removes the entry and, unless the system refuses that, what is noted of it.
RemoveResult remove_entry(const std::string& directory, const std::string& file, const CacheSystem& system = {});

}  // namespace abut::jit
