// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "jit/cache_entry.hpp"
#include "jit/cache_system.hpp"

/// Entries as they lie in a cache's directory.
namespace abut::jit {

/// What the start of an entry's file says, unverified.
struct EntryStart {
    EntryFormat format = EntryFormat::None;
    std::optional<EntryHeader> header;  ///< of a Current one that is not damaged there
};

/// Nothing where there is no such file. Throws IO where it can't be read or is not to be trusted, which says nothing about
/// the entry.
std::optional<EntryStart> read_start_of(const std::string& path, const CacheSystem& system = {});
/// Likewise; format None where there is no such file or it can't be read.
EntryStart start_if_readable(const std::string& path);
/// Unverified; nothing where the file can't be read, is damaged, or is none of the current format.
std::optional<EntryOutline> read_outline_of(const std::string& path);

/// The whole entry, verified; nothing where it is damaged or of another version. Throws IO.
std::optional<CacheEntry> read_sound_entry(const std::string& directory, const std::string& name);

}  // namespace abut::jit
