// SPDX-License-Identifier: Apache-2.0
#include "jit/cache_quarantine.hpp"

#include <algorithm>

#include "abut/error.hpp"
#include "jit/cache_entry.hpp"
#include "jit/cache_files.hpp"
#include "jit/cache_usage.hpp"
#include "jit/key_document.hpp"

namespace abut::jit {
namespace {

constexpr std::size_t most_kept = 32;
constexpr const char* reason_suffix = ".reason";

QuarantinedEntry quarantined(const std::string& folder, const std::string& name) {
    const auto path = folder + "/" + name;
    QuarantinedEntry entry{.name = name, .reason = {}};
    if (const auto facts = file_facts(path)) entry.bytes = facts->bytes;
    const auto text = read_file_if_there(path + reason_suffix, whole_file).value_or(std::vector<std::byte>());
    const std::string_view note(reinterpret_cast<const char*>(text.data()), text.size());
    entry.reason = field_value(note, "reason");
    entry.time = std::atoll(field_value(note, "time").c_str());
    return entry;
}

void remove_oldest(const std::string& directory, const CacheSystem& system) {
    auto entries = list_quarantine(directory);
    if (entries.size() <= most_kept) return;
    std::ranges::sort(entries, {}, &QuarantinedEntry::time);
    for (const auto& entry : std::span(entries).first(entries.size() - most_kept)) {
        const auto path = quarantine_folder(directory) + "/" + entry.name;
        for (const auto& gone : {path, path + reason_suffix}) static_cast<void>(system.unlink(gone.c_str()));
    }
}

}  // namespace

std::string quarantine_folder(const std::string& directory) {
    return directory + "/quarantine";
}

bool quarantine_entry(const std::string& directory, const std::string& file, const std::string& reason,
                      const CacheSystem& system) try {
    const auto folder = quarantine_folder(directory);
    prepare_directory(folder);
    std::string note;
    add_field("time", std::to_string(system.now()), note);
    add_field("reason", reason, note);
    publish_file(folder, file + reason_suffix, std::as_bytes(std::span(note)), system);
    if (system.rename((directory + "/" + file).c_str(), (folder + "/" + file).c_str()) != 0) {
        static_cast<void>(system.unlink((folder + "/" + file + reason_suffix).c_str()));
        return false;
    }
    // The entry's name may be taken again: another process has built it anew.
    remove_notes(directory, file, system);
    remove_oldest(directory, system);
    return true;
} catch (const Error&) {
    return false;
}

std::vector<QuarantinedEntry> list_quarantine(const std::string& directory) {
    std::vector<QuarantinedEntry> entries;
    const auto folder = quarantine_folder(directory);
    for (const auto& name : list_files(folder, entry_suffix)) entries.push_back(quarantined(folder, name));
    return entries;
}

}  // namespace abut::jit
