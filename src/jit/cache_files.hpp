// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "jit/cache_system.hpp"

/// Files of the kernel cache: only those that nobody but this user (or root) could have written are read, and a reader sees
/// a file whole or not at all. Unless said otherwise a function throws IO with the path and the system's reason.
namespace abut::jit {

/// Makes the directory and its parents (0700) where they lack. Throws also if others may write into it.
void prepare_directory(const std::string& directory);
/// Throws where it is no directory, or others may write into it.
void require_directory(const std::string& directory);
/// Names of the directory's files that end with `suffix`, sorted. Empty if there is no such directory.
std::vector<std::string> list_files(const std::string& directory, const std::string& suffix);

inline constexpr std::size_t whole_file = static_cast<std::size_t>(-1);
/// False where there is no such file. Throws where it can't be opened, is no regular file, or others may write to it.
bool is_readable(const std::string& path);
/// At most the first `limit_bytes` of a regular file.
std::vector<std::byte> read_file(const std::string& path, std::size_t limit_bytes);
/// Likewise; nothing where there is no such file.
std::optional<std::vector<std::byte>> read_file_if_there(const std::string& path, std::size_t limit_bytes,
                                                         const CacheSystem& system = {});

/// Writes a temporary file in the directory, syncs it and renames it to `name`.
void publish_file(const std::string& directory, const std::string& name, std::span<const std::byte> bytes,
                  const CacheSystem& system = {});
/// What names of temporary files begin with: one that is old was left by a process that died.
inline constexpr const char* temporary_prefix = ".unfinished-";

struct FileFacts {
    std::int64_t bytes = 0;
    std::int64_t modified = 0;  ///< seconds since 1970
    std::uint64_t number = 0;   ///< another one for each file of a file system
    bool operator==(const FileFacts&) const = default;
};
/// Of the file itself, not of what a link leads to; nothing where there is none.
std::optional<FileFacts> file_facts(const std::string& path);

/// Appends in one call of the system, so that what several processes append does not mix. False where it could not.
bool append_to_file(const std::string& path, std::string_view text, const CacheSystem& system = {});

}  // namespace abut::jit
