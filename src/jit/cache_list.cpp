// SPDX-License-Identifier: Apache-2.0
#include "jit/cache_list.hpp"

#include <algorithm>
#include <utility>

#include "jit/cache_files.hpp"
#include "jit/entry_file.hpp"
#include "jit/key_document.hpp"

namespace abut::jit {
namespace {

std::string device_of(std::string_view identity) {
    auto device = field_value(identity, "device");
    return device.empty() ? field_value(identity, "arch") : device;
}

EntryState state_of(EntryFormat format) {
    if (format == EntryFormat::Older) return EntryState::Older;
    return format == EntryFormat::Newer ? EntryState::Newer : EntryState::Damaged;
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

ListedEntry listed(const std::string& directory, const std::string& name) {
    ListedEntry entry{.name = name, .use = use_of(directory, name), .pinned = is_pinned(directory, name)};
    const auto path = directory + "/" + name;
    if (const auto facts = file_facts(path)) {
        entry.bytes = facts->bytes;
        entry.created = facts->modified;
    }
    auto outline = read_outline_of(path);
    entry.state = outline ? EntryState::Sound : state_of(start_if_readable(path).format);
    if (!outline) return entry;
    entry.device = device_of(outline->identity);
    entry.created = outline->metadata.created;
    entry.compile_ms = outline->metadata.compile_ms;
    for (const auto& kernel : outline->kernels) entry.kernels.push_back(kernel.name);
    entry.measured = read_benefits(directory, name, outline->identity);
    entry.outline = *std::move(outline);
    return entry;
}

}  // namespace

std::vector<ListedEntry> list_entries(const std::string& directory) {
    std::vector<ListedEntry> entries;
    for (const auto& name : list_files(directory, entry_suffix)) entries.push_back(listed(directory, name));
    return entries;
}

std::vector<KnownVariant> list_variants(const std::string& directory, std::size_t most_entries) {
    std::vector<KnownVariant> variants;
    for (const auto& file : newest_files(directory, most_entries)) {
        const auto outline = read_outline_of(directory + "/" + file);
        if (!outline) continue;
        for (const auto& kernel : outline->kernels)
            variants.push_back({.entry = key_of_file(file), .identity = outline->identity, .document = kernel.document});
    }
    return variants;
}

}  // namespace abut::jit
