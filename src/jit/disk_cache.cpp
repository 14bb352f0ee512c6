// SPDX-License-Identifier: Apache-2.0
#include "jit/disk_cache.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "abut/error.hpp"
#include "core/environment.hpp"
#include "jit/cache_eviction.hpp"
#include "jit/cache_files.hpp"
#include "jit/cache_list.hpp"
#include "jit/cache_quarantine.hpp"
#include "jit/cache_usage.hpp"
#include "jit/entry_file.hpp"
#include "jit/key_document.hpp"
#include "jit/verify_entry.hpp"

namespace abut::jit {
namespace {

std::vector<std::string> keys_of(const EntryOutline& outline) {
    std::vector<std::string> keys;
    for (const auto& kernel : outline.kernels) keys.push_back(kernel.key);
    return keys;
}

}  // namespace

std::optional<std::string> cache_directory(const CacheOptions& options) {
    if (options.mode == CacheMode::Off) return std::nullopt;
    if (!options.directory) return core::read_environment().cache_directory;
    if (options.directory->empty()) return std::nullopt;
    return options.directory;
}

DiskCache::DiskCache(CacheOptions options, std::string identity, LogCallback log, KeyHash hash, CacheSystem system)
    : options_(std::move(options)),
      identity_(std::move(identity)),
      log_(std::move(log)),
      hash_(std::move(hash)),
      system_(std::move(system)) {
    if (const auto directory = cache_directory(options_)) add_directory(*directory, false);
    if (options_.mode == CacheMode::Off) return;
    for (const auto& overlay : options_.overlays) add_directory(overlay, true);
}

void DiskCache::add_directory(const std::string& path, bool is_overlay) try {
    if (!is_overlay && options_.mode == CacheMode::Use) {
        prepare_directory(path);
    } else {
        require_directory(path);
    }
    directories_.push_back({.path = path, .is_overlay = is_overlay});
} catch (const Error& error) {
    warn(is_overlay ? fmt::format("{}; the overlay is not used", error.what())
                    : fmt::format("{}; kernels are kept in memory only", error.what()));
}

void DiskCache::warn(const std::string& text) const {
    if (log_) log_(LogLevel::Warning, text);
}

void DiskCache::warn_of_entry(const std::string& text) {
    constexpr int most_named = 3;
    if (named_entries_ == most_named) {
        ++unnamed_entries_;
        return;
    }
    ++named_entries_;
    warn(text);
}

void DiskCache::warn_of_rest() {
    if (unnamed_entries_ == 0) return;
    warn(
        fmt::format("kernel cache: {} more entries were set aside or ignored; `abut cache quarantine ls` and `abut cache "
                    "verify` name them",
                    std::exchange(unnamed_entries_, 0)));
}

std::string DiskCache::path_of(const PlaceId& id) const {
    return directories_[id.directory].path + "/" + id.file;
}

std::optional<std::string> DiskCache::writable_directory() const {
    if (options_.mode != CacheMode::Use || directories_.empty() || directories_.front().is_overlay) return std::nullopt;
    return directories_.front().path;
}

bool DiskCache::may_note() const {
    return options_.mode != CacheMode::ReadOnly && !directories_.empty() && !directories_.front().is_overlay;
}

void DiskCache::refresh() {
    for (std::size_t i = 0; i < directories_.size(); ++i) read_new_headers(i);
}

void DiskCache::read_new_headers(std::size_t directory) try {
    for (const auto& file : list_files(directories_[directory].path, entry_suffix)) {
        const PlaceId id{directory, file};
        const auto facts = file_facts(path_of(id));
        if (!facts) continue;
        // A file that was published anew is another one.
        const auto [seen, is_new] = seen_files_.try_emplace(id);
        if (!is_new && seen->second == *facts) continue;
        seen->second = *facts;
        index_file(id);
    }
} catch (const Error& error) {
    warn(error.what());
}

void DiskCache::index_file(const PlaceId& id) try {
    const auto start = read_start_of(path_of(id), system_);
    if (!start) return;  // evicted just now
    const auto& [format, header] = *start;
    if (format == EntryFormat::Older || format == EntryFormat::Newer) return;
    if (!header) return set_aside(id, "it is damaged", {}, {});
    if (header->identity != identity_) return;
    for (const auto& kernel : header->kernels) files_of_key_[kernel.key].insert(id);
} catch (const Error& error) {
    warn_of_entry(error.what());
}

std::optional<CacheEntry> DiskCache::read_entry(const PlaceId& id, const VariantId& variant) {
    const auto bytes = read_file_if_there(path_of(id), whole_file, system_);
    if (!bytes) {  // another process evicted it
        forget(id);
        return std::nullopt;
    }
    // The header that the index was made of was not verified.
    auto [entry, fault] = verify_entry(*bytes, identity_, hash_);
    if (!entry) {
        set_aside(id, fault, {&variant.key, 1}, {});
        return std::nullopt;
    }
    const auto found = std::ranges::find(entry->outline.kernels, variant.document, &StoredKernel::document);
    if (found == entry->outline.kernels.end()) return std::nullopt;  // of another variant with the same key
    return entry;
}

std::optional<DiskCache::Found> DiskCache::find(const VariantId& variant) {
    const auto known = files_of_key_.find(variant.key);
    if (known == files_of_key_.end()) return std::nullopt;
    const auto files = known->second;  // changes below
    for (const auto& id : files) {
        try {
            if (auto entry = read_entry(id, variant)) return Found{.place = id, .entry = *std::move(entry)};
        } catch (const Error& error) {
            warn_of_entry(error.what());
            forget(id);
        }
    }
    return std::nullopt;
}

void DiskCache::note_loaded(const Found& found) {
    const auto& [path, is_overlay] = directories_[found.place.directory];
    if (is_overlay || !may_note()) return;
    needed_files_.insert(found.place.file);
    note_use(path, found.place.file, system_);
}

void DiskCache::forget(const PlaceId& id) {
    for (auto of_key = files_of_key_.begin(); of_key != files_of_key_.end();) {
        of_key->second.erase(id);
        of_key = of_key->second.empty() ? files_of_key_.erase(of_key) : std::next(of_key);
    }
}

void DiskCache::reject(const Found& found, const std::string& reason, const std::string& label) {
    set_aside(found.place, reason, keys_of(found.entry.outline), label);
}

void DiskCache::set_aside(const PlaceId& id, const std::string& reason, std::span<const std::string> variants,
                          const std::string& label) {
    forget(id);
    const auto directory = writable_directory();
    const bool is_moved =
        directory && !directories_[id.directory].is_overlay && quarantine_entry(*directory, id.file, reason, system_);
    warn_of_entry(fmt::format("kernel cache: '{}' {}: {}", path_of(id), is_moved ? "was set aside" : "is ignored", reason));
    if (!is_moved) return;
    seen_files_.erase(id);
    for (const auto& keys : joined_keys(variants))
        note({.event = event_names::quarantine, .key = key_of_file(id.file), .variants = keys, .reason = reason}, label);
}

void DiskCache::note(CacheEvent event, const std::string& label) {
    if (!may_note()) return;
    event.time = system_.now();
    event.process = ::getpid();
    event.model = label;
    if (event.device.empty()) event.device = core::hash_hex(identity_);
    append_event(directories_.front().path, event, system_);
}

void DiskCache::note_lock_timeout(const std::string& reason, const std::string& label) {
    note({.event = event_names::lock_timeout, .reason = reason}, label);
}

void DiskCache::note_remote(const char* event, const std::string& key, const std::string& reason, const std::string& label) {
    warn(fmt::format("kernel cache: {}", reason));
    note({.event = event, .key = key, .reason = reason}, label);
}

void DiskCache::note_misses(std::span<const VariantId> missing, const std::string& label) try {
    if (!may_note() || missing.empty()) return;
    constexpr std::size_t most_entries = 64;  // what is compared takes a millisecond each, beside compiling
    std::vector<KnownVariant> known;
    for (const auto& directory : directories_)
        std::ranges::move(list_variants(directory.path, most_entries), std::back_inserter(known));
    std::vector<WantedVariant> wanted;
    for (const auto& variant : missing)
        wanted.push_back({.key = variant.key, .identity = identity_, .document = variant.document});
    const auto explanations = explain_misses(wanted, known, read_events(directories_.front().path));
    for (std::size_t i = 0; i < missing.size(); ++i) {
        note({.event = event_names::miss,
              .key = missing[i].key,
              .kernel = field_value(missing[i].document, "stem"),
              .reason = to_text(explanations[i])},
             label);
    }
} catch (const Error& error) {
    warn(error.what());
}

void DiskCache::store(const CacheEntry& entry, const std::string& label) {
    const auto directory = writable_directory();
    if (!directory || entry.binary.empty()) return;
    const auto file = entry_file_name(entry.outline);
    try {
        publish_file(*directory, file, encode_entry(entry), system_);
        // So that the next look at the directory does not read it.
        if (const auto facts = file_facts(path_of({0, file}))) seen_files_[{0, file}] = *facts;
        needed_files_.insert(file);
        for (const auto& kernel : entry.outline.kernels) files_of_key_[kernel.key].insert({0, file});
        evict(label);
    } catch (const Error& error) {
        note({.event = event_names::failed_publish, .key = key_of_file(file), .reason = error.what()}, label);
        if (!std::exchange(publishing_failed_, true)) warn(fmt::format("{}; kernels are kept in memory only", error.what()));
    }
}

void DiskCache::evict(const std::string& label) {
    const auto report = evict_entries(*writable_directory(), options_.limit_bytes, needed_files_, label, system_);
    for (const auto& entry : report.evicted) {
        forget({0, entry.name});
        seen_files_.erase({0, entry.name});
    }
    if (!report.refused.empty() && !std::exchange(warned_of_refused_, true))
        warn(fmt::format(
            "kernel cache: '{}' can't be removed, one of {} that should go: the cache takes {} bytes, of a "
            "limit of {}",
            path_of({0, report.refused.front()}), report.refused.size(), report.kept_bytes, options_.limit_bytes));
    if (!report.refused.empty()) return;
    const auto over = std::max(report.needed_bytes, report.kept_bytes);
    if (over <= options_.limit_bytes || std::exchange(warned_of_limit_, true)) return;
    warn(
        fmt::format("kernel cache: the limit of '{}' is {} bytes, but kernels that {} take {}: raise the limit, or they are "
                    "compiled again and again",
                    *writable_directory(), options_.limit_bytes,
                    report.needed_bytes > options_.limit_bytes ? "this program needs" : "are pinned", over));
}

}  // namespace abut::jit
