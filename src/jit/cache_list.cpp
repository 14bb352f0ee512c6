// SPDX-License-Identifier: Apache-2.0
#include "jit/cache_list.hpp"

#include <algorithm>
#include <utility>

#include "abut/error.hpp"
#include "jit/cache_files.hpp"
#include "jit/key_document.hpp"

namespace abut::jit {
namespace {

using EntryBytes = std::vector<std::byte>;

/// As much as most headers take, so that most files are read in one go.
constexpr std::size_t first_bytes = 8192;

std::string device_of(std::string_view identity) {
    auto device = field_value(identity, "device");
    return device.empty() ? field_value(identity, "arch") : device;
}

EntryBytes start_of(const std::string& path, std::size_t size) try {
    return read_file(path, size);
} catch (const Error&) {  // a cache does not use it either
    return {};
}

/// What `decode` makes of the part of the file that ends where `end` of its sizes says.
template <class Decoded>
std::optional<Decoded> decoded_start(const std::string& path, std::size_t EntrySizes::*end,
                                     std::optional<Decoded> (*decode)(std::span<const std::byte>)) {
    auto start = start_of(path, first_bytes);
    const auto sizes = read_sizes(start);
    if (sizes.format != EntryFormat::Current) return std::nullopt;
    if (sizes.*end > start.size()) start = start_of(path, sizes.*end);
    return decode(start);
}

EntryState state_of(EntryFormat format) {
    if (format == EntryFormat::Older) return EntryState::Older;
    return format == EntryFormat::Newer ? EntryState::Newer : EntryState::Damaged;
}

ListedEntry listed(const std::string& directory, const std::string& name) {
    ListedEntry entry{.name = name, .use = use_of(directory, name), .pinned = is_pinned(directory, name)};
    const auto path = directory + "/" + name;
    if (const auto facts = file_facts(path)) {
        entry.bytes = facts->bytes;
        entry.created = facts->modified;
    }
    auto outline = read_outline_of(path);
    entry.state = outline ? EntryState::Sound : state_of(format_of_file(path));
    if (!outline) return entry;
    entry.device = device_of(outline->identity);
    entry.created = outline->metadata.created;
    entry.compile_ms = outline->metadata.compile_ms;
    for (const auto& kernel : outline->kernels) entry.kernels.push_back(kernel.name);
    entry.outline = *std::move(outline);
    return entry;
}

std::vector<std::string> newest_files(const std::string& directory, std::size_t most) {
    auto files = list_files(directory, entry_suffix);
    if (files.size() <= most) return files;
    std::vector<std::pair<std::int64_t, std::string>> by_time;
    for (auto& file : files) {
        const auto facts = file_facts(directory + "/" + file);
        by_time.emplace_back(facts ? facts->modified : 0, std::move(file));
    }
    std::ranges::sort(by_time, std::ranges::greater{});
    by_time.resize(most);
    files.clear();
    for (auto& [time, file] : by_time) files.push_back(std::move(file));
    return files;
}

}  // namespace

std::optional<EntryHeader> read_header_of(const std::string& path) {
    return decoded_start(path, &EntrySizes::header_end_bytes, decode_header);
}

std::optional<EntryOutline> read_outline_of(const std::string& path) {
    return decoded_start(path, &EntrySizes::outline_end_bytes, decode_outline);
}

EntryFormat format_of_file(const std::string& path) {
    return read_sizes(start_of(path, entry_prefix_bytes())).format;
}

std::vector<KnownVariant> known_variants(const std::string& directory, std::size_t most_entries) {
    std::vector<KnownVariant> known;
    for (const auto& file : newest_files(directory, most_entries)) {
        const auto outline = read_outline_of(directory + "/" + file);
        if (!outline) continue;
        for (const auto& kernel : outline->kernels)
            known.push_back({.entry = key_of_file(file), .identity = outline->identity, .document = kernel.document});
    }
    return known;
}

std::optional<CacheEntry> read_sound_entry(const std::string& directory, const std::string& name) {
    return decode_entry(read_file(directory + "/" + name, whole_file));
}

std::vector<ListedEntry> list_entries(const std::string& directory) {
    std::vector<ListedEntry> entries;
    for (const auto& name : list_files(directory, entry_suffix)) entries.push_back(listed(directory, name));
    return entries;
}

}  // namespace abut::jit
