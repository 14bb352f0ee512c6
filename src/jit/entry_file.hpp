// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "jit/cache_entry.hpp"

/// Entries as they lie in a cache's directory.
namespace abut::jit {

/// The start of a file, unverified; nothing where it can't be read or is none of the current format.
std::optional<EntryHeader> read_header_of(const std::string& path);
std::optional<EntryOutline> read_outline_of(const std::string& path);
/// None where the file can't be read.
EntryFormat format_of_file(const std::string& path);

/// The whole entry, verified; nothing where it is damaged or of another version. Throws IO.
std::optional<CacheEntry> read_sound_entry(const std::string& directory, const std::string& name);

}  // namespace abut::jit
