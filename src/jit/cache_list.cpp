// SPDX-License-Identifier: Apache-2.0
#include "jit/cache_list.hpp"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <optional>
#include <string_view>

#include "abut/error.hpp"
#include "jit/cache_entry.hpp"
#include "jit/cache_files.hpp"

namespace abut::jit {
namespace {

/// The value of "NAME=value" in an identity; empty where it has no such line.
std::string line_of(std::string_view identity, std::string_view name) {
    while (!identity.empty()) {
        const auto line = identity.substr(0, identity.find('\n'));
        if (line.starts_with(name)) return std::string(line.substr(name.size()));
        identity.remove_prefix(std::min(line.size() + 1, identity.size()));
    }
    return {};
}

std::string device_of(std::string_view identity) {
    auto device = line_of(identity, "device=");
    return device.empty() ? line_of(identity, "arch=") : device;
}

std::optional<EntryHeader> header_of(const std::string& path) try {
    const auto end = header_end_bytes(read_file(path, header_prefix_bytes()));
    return end ? decode_header(read_file(path, *end)) : std::nullopt;
} catch (const Error&) {  // a cache does not use it either
    return std::nullopt;
}

ListedEntry listed(const std::string& directory, const std::string& name) {
    ListedEntry entry{.name = name};
    const auto path = std::filesystem::path(directory) / name;
    std::error_code error;
    entry.bytes = static_cast<std::int64_t>(std::filesystem::file_size(path, error));
    entry.created = std::chrono::file_clock::to_sys(std::filesystem::last_write_time(path, error));
    const auto header = header_of(path);
    entry.is_damaged = !header;
    if (!header) return entry;
    entry.device = device_of(header->identity);
    for (const auto& kernel : header->kernels) entry.kernels.push_back(kernel.name);
    return entry;
}

}  // namespace

std::optional<CacheEntry> read_sound_entry(const std::string& directory, const std::string& name) {
    const auto path = std::filesystem::path(directory) / name;
    return decode_entry(read_file(path, std::numeric_limits<std::size_t>::max()));
}

std::vector<ListedEntry> list_entries(const std::string& directory) {
    std::vector<ListedEntry> entries;
    for (const auto& name : list_files(directory, entry_suffix)) entries.push_back(listed(directory, name));
    return entries;
}

}  // namespace abut::jit
