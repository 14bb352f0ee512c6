// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// Files of the kernel cache: only those that nobody but this user (or root) could have written are read, and a reader sees
/// a file whole or not at all. Each function throws IO with the path and the system's reason.
namespace abut::jit {

/// Makes the directory and its parents (0700) where they lack. Throws also if others may write into it.
void prepare_directory(const std::string& directory);
/// Names of the directory's files that end with `suffix`, sorted. Empty if there is no such directory.
std::vector<std::string> list_files(const std::string& directory, const std::string& suffix);
/// At most the first `limit_bytes` of a regular file.
std::vector<std::byte> read_file(const std::string& path, std::size_t limit_bytes);
/// Writes a temporary file in the directory, syncs it and renames it to `name`.
void publish_file(const std::string& directory, const std::string& name, std::span<const std::byte> bytes);

}  // namespace abut::jit
