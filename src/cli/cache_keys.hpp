// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "jit/cache_list.hpp"

namespace abut::cli {

/// What a key of the command line names: a program, or one of its variants.
struct NamedEntry {
    jit::ListedEntry entry;
    std::string variant;  ///< its key; empty where the key is the program's
};

/// All that `key` begins, keys of programs and of variants; those of a program that it names as a whole alone.
std::vector<NamedEntry> entries_named(const std::vector<jit::ListedEntry>& entries, const std::string& key);

/// The only one that `key` names: a program, a variant ("KEY" or "conv2d_KEY"), or their first characters. Throws
/// InvalidArgument with the nearest keys.
NamedEntry entry_named(const std::vector<jit::ListedEntry>& entries, const std::string& directory, const std::string& key);

/// The few of `keys` that begin most like `key`: "; the nearest are a, b, c".
std::string nearest_keys(std::vector<std::string> keys, const std::string& key);

/// Keys of all programs and variants.
std::vector<std::string> all_keys(const std::vector<jit::ListedEntry>& entries);

}  // namespace abut::cli
