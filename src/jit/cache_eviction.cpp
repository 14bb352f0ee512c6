// SPDX-License-Identifier: Apache-2.0
#include "jit/cache_eviction.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "abut/error.hpp"
#include "core/hash.hpp"
#include "jit/cache_entry.hpp"
#include "jit/cache_events.hpp"
#include "jit/cache_files.hpp"
#include "jit/cache_quarantine.hpp"
#include "jit/cache_usage.hpp"
#include "jit/entry_file.hpp"

namespace abut::jit {
namespace {

using Candidates = std::vector<EvictionCandidate>;

std::int64_t total_bytes(const Candidates& files) {
    return std::accumulate(files.begin(), files.end(), std::int64_t{0},
                           [](std::int64_t sum, const EvictionCandidate& file) { return sum + file.bytes; });
}

Candidates candidates_in(const std::string& directory, const std::set<std::string>& needed) {
    Candidates files;
    for (const auto& name : list_files(directory, entry_suffix)) {
        const auto facts = file_facts(directory + "/" + name);
        if (!facts) continue;
        files.push_back({.name = name,
                         .bytes = facts->bytes,
                         .last_used = std::max(facts->modified, use_of(directory, name).last_used),
                         .is_pinned = is_pinned(directory, name),
                         .is_needed = needed.contains(name)});
    }
    return files;
}

/// Only where files have to go is it worth reading them: those of a newer format leave the list, those of an older one that
/// nobody reads any more are the oldest.
void look_at_formats(const std::string& directory, Candidates& files) {
    std::erase_if(files, [&](EvictionCandidate& file) {
        const auto format = start_if_readable(directory + "/" + file.name).format;
        if (format == EntryFormat::Older) file.last_used = 0;
        return format == EntryFormat::Newer;
    });
}

EvictedEntry entry_to_evict(const std::string& directory, const std::string& name, std::int64_t bytes) {
    EvictedEntry entry{.name = name, .identity = {}, .variants = {}, .bytes = bytes};
    const auto header = start_if_readable(directory + "/" + name).header;
    if (!header) return entry;
    entry.identity = header->identity;
    for (const auto& kernel : header->kernels) entry.variants.push_back(kernel.key);
    return entry;
}

void remove_stale_temporaries(const std::string& directory, const CacheSystem& system) {
    constexpr std::int64_t hour = 3600;
    for (const auto& name : list_files(directory, "")) {
        if (!name.starts_with(temporary_prefix)) continue;
        const auto path = directory + "/" + name;
        const auto facts = file_facts(path);
        if (facts && facts->modified < system.now() - hour) static_cast<void>(system.unlink(path.c_str()));
    }
}

/// In as many lines as its keys take.
void note_eviction(const std::string& directory, const EvictedEntry& entry, const std::string& reason,
                   const std::string& label, const CacheSystem& system) {
    for (const auto& variants : joined_keys(entry.variants)) {
        append_event(directory,
                     {.time = system.now(),
                      .process = ::getpid(),
                      .event = event_names::eviction,
                      .key = key_of_file(entry.name),
                      .model = label,
                      .device = core::hash_hex(entry.identity),
                      .variants = variants,
                      .reason = reason},
                     system);
    }
}

RemoveResult remove_noted(const std::string& directory, const EvictedEntry& entry, const std::string& reason,
                          const std::string& label, const CacheSystem& system) {
    const auto result = remove_entry(directory, entry.name, system);
    if (result == RemoveResult::Removed) note_eviction(directory, entry, reason, label, system);
    return result;
}

}  // namespace

Candidates choose_evicted(std::vector<EvictionCandidate> files, std::int64_t limit_bytes, std::int64_t now) {
    auto left = total_bytes(files);
    if (left <= limit_bytes) return {};
    constexpr std::int64_t tenths = 10;
    const auto low_mark = limit_bytes - limit_bytes / tenths;
    std::erase_if(files, [](const EvictionCandidate& file) { return file.is_pinned; });
    std::ranges::stable_sort(files, {}, [now](const EvictionCandidate& file) {
        return std::pair(file.is_needed, std::min(file.last_used, now));
    });
    const auto first_kept = std::ranges::find_if(files, [&](const EvictionCandidate& file) {
        if (left <= (file.is_needed ? limit_bytes : low_mark)) return true;
        left -= file.bytes;
        return false;
    });
    files.erase(first_kept, files.end());
    return files;
}

EvictionReport plan_eviction(const std::string& directory, std::int64_t limit_bytes, const std::set<std::string>& needed,
                             std::int64_t now) {
    auto files = candidates_in(directory, needed);
    if (total_bytes(files) > limit_bytes) look_at_formats(directory, files);
    EvictionReport report{.evicted = {}, .needed_bytes = 0, .kept_bytes = total_bytes(files)};
    for (const auto& file : files) report.needed_bytes += file.is_needed ? file.bytes : 0;
    for (const auto& file : choose_evicted(files, limit_bytes, now)) {
        report.evicted.push_back(entry_to_evict(directory, file.name, file.bytes));
        report.kept_bytes -= file.bytes;
    }
    return report;
}

EvictionReport evict_entries(const std::string& directory, std::int64_t limit_bytes, const std::set<std::string>& needed,
                             const std::string& label, const CacheSystem& system) {
    for (const auto& folder : {directory, quarantine_folder(directory)}) remove_stale_temporaries(folder, system);
    auto report = plan_eviction(directory, limit_bytes, needed, system.now());
    std::erase_if(report.evicted, [&](const EvictedEntry& entry) {
        const auto reason = fmt::format("{} bytes, of a limit of {}", entry.bytes, limit_bytes);
        const auto result = remove_noted(directory, entry, reason, label, system);
        if (result == RemoveResult::Refused) {
            report.refused.push_back(entry.name);
            report.kept_bytes += entry.bytes;
        }
        return result != RemoveResult::Removed;
    });
    return report;
}

RemovalReport remove_entries(const std::string& directory, const std::vector<std::string>& names, const std::string& reason,
                             const CacheSystem& system) {
    RemovalReport report;
    for (const auto& name : names) {
        const auto result = remove_noted(directory, entry_to_evict(directory, name, 0), reason, {}, system);
        if (result == RemoveResult::Removed) ++report.removed;
        if (result == RemoveResult::Refused) report.refused.push_back(name);
    }
    return report;
}

}  // namespace abut::jit
