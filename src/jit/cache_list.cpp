// SPDX-License-Identifier: Apache-2.0
#include "jit/cache_list.hpp"

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
    entry.outline = *std::move(outline);
    return entry;
}

}  // namespace

std::vector<ListedEntry> list_entries(const std::string& directory) {
    std::vector<ListedEntry> entries;
    for (const auto& name : list_files(directory, entry_suffix)) entries.push_back(listed(directory, name));
    return entries;
}

}  // namespace abut::jit
