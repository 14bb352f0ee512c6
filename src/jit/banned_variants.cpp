// SPDX-License-Identifier: Apache-2.0
#include "jit/banned_variants.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <span>
#include <string_view>
#include <system_error>

#include "core/fail.hpp"
#include "jit/cache_files.hpp"
#include "jit/cache_usage.hpp"
#include "jit/disk_cache.hpp"

namespace abut::jit {
namespace {

constexpr const char* banned_suffix = ".banned";

std::string path_of_ban(const std::string& directory, const std::string& key) {
    return directory + "/" + key + banned_suffix;
}

/// What the mark says; one that can't be read is one all the same.
std::string kernel_of_ban(const std::string& path) try {
    constexpr std::size_t longest_stem_bytes = 60;
    const auto bytes = read_file_if_there(path, longest_stem_bytes);
    if (!bytes) return {};
    const std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
    return std::string(text.substr(0, text.find('\n')));
} catch (const Error&) {
    return {};
}

void add_banned_keys(const std::string& directory, std::map<std::string, std::string>& keys) try {
    if (!file_facts(directory)) return;
    require_directory(directory);
    for (const auto& file : list_files(directory, banned_suffix)) keys.emplace(key_of_file(file), directory);
} catch (const Error&) {  // not to be trusted: the cache does not use it either, and has warned
    return;
}

}  // namespace

std::vector<BannedVariant> list_banned(const std::string& directory) {
    std::vector<BannedVariant> banned;
    for (const auto& file : list_files(directory, banned_suffix)) {
        const auto path = directory + "/" + file;
        const auto facts = file_facts(path);
        if (!facts) continue;  // taken back just now
        banned.push_back({.key = key_of_file(file), .kernel = kernel_of_ban(path), .since = facts->modified});
    }
    return banned;
}

void ban_variant(const std::string& directory, const std::string& key, const std::string& kernel) {
    if (file_facts(path_of_ban(directory, key))) return;
    const auto text = kernel + "\n";
    publish_file(directory, key + banned_suffix, std::as_bytes(std::span(text)));
}

void unban_variant(const std::string& directory, const std::string& key) {
    const auto path = path_of_ban(directory, key);
    if (::unlink(path.c_str()) == 0 || errno == ENOENT) return;
    core::fail(ErrorCode::IO, "kernel cache: can't remove '{}': {}", path, std::generic_category().message(errno));
}

std::map<std::string, std::string> banned_keys(const CacheOptions& options) {
    std::map<std::string, std::string> keys;
    if (const auto directory = cache_directory(options)) add_banned_keys(*directory, keys);
    if (options.mode == CacheMode::Off) return keys;
    for (const auto& overlay : options.overlays) add_banned_keys(overlay, keys);
    return keys;
}

}  // namespace abut::jit
