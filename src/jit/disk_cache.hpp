// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "abut/device.hpp"
#include "jit/cache_entry.hpp"
#include "jit/cache_events.hpp"
#include "jit/cache_files.hpp"
#include "jit/cache_system.hpp"
#include "jit/kernel_sources.hpp"
#include "jit/variant_document.hpp"

namespace abut::jit {

/// Where such a cache keeps its files; nothing where it keeps none.
std::optional<std::string> cache_directory(const CacheOptions& options);

/// The directory of built programs, one file each, and its overlays. Every trouble with them is a warning to the log and a
/// miss, never an error. Used by one thread at a time.
class DiskCache {
public:
    /// Without a directory and overlays every lookup misses and nothing is stored.
    DiskCache(CacheOptions options, std::string identity, LogCallback log, KeyHash hash, CacheSystem system);

    /// A file of the directory or of an overlay.
    struct PlaceId {
        std::size_t directory = 0;  ///< its number among them; the user's, where there is one, is 0
        std::string file;
        auto operator<=>(const PlaceId&) const = default;
    };
    struct Found {
        PlaceId place;
        CacheEntry entry;
    };
    /// Learns of files that are new since the last call.
    void refresh();
    /// An entry for this device that holds the variant, read and verified as a whole, identity and document compared.
    std::optional<Found> find(const VariantId& variant);
    /// Notes that what was found serves.
    void note_loaded(const Found& found);
    /// Never to be offered again: the driver refused it.
    void reject(const Found& found, const std::string& reason, const std::string& label);
    /// Keeps a program, and evicts others where there are too many bytes.
    void store(const CacheEntry& entry, const std::string& label);
    /// Notes that these have to be compiled, each with the reason, as far as one is seen.
    void note_misses(std::span<const VariantId> missing, const std::string& label);
    /// Others kept their locks for too long.
    void note_lock_timeout(const std::string& reason, const std::string& label);
    /// Tells how many entries were found to be of no use since the last call, but for those that were named.
    void warn_of_rest();
    /// Something happened that is not the directory's doing.
    void note_remote(const char* event, const std::string& key, const std::string& reason, const std::string& label);

    /// Where programs are kept; nothing where they are not.
    [[nodiscard]] std::optional<std::string> writable_directory() const;
    [[nodiscard]] const std::string& identity() const noexcept { return identity_; }

private:
    struct Directory {
        std::string path;
        bool is_overlay = false;
    };

    void add_directory(const std::string& path, bool is_overlay);
    void read_new_headers(std::size_t directory);
    void index_file(const PlaceId& id);
    std::optional<CacheEntry> read_entry(const PlaceId& id, const VariantId& variant);
    void forget(const PlaceId& id);
    void set_aside(const PlaceId& id, const std::string& reason, std::span<const std::string> variants,
                   const std::string& label);
    void evict(const std::string& label);
    void note(CacheEvent event, const std::string& label);
    void warn(const std::string& text) const;
    void warn_of_entry(const std::string& text);
    [[nodiscard]] std::string path_of(const PlaceId& id) const;
    [[nodiscard]] bool may_note() const;

    CacheOptions options_;
    std::string identity_;
    LogCallback log_;
    KeyHash hash_;
    CacheSystem system_;
    std::vector<Directory> directories_;  ///< the user's first, where there is one
    std::map<PlaceId, FileFacts> seen_files_;
    std::map<std::string, std::set<PlaceId>> files_of_key_;
    std::set<std::string> needed_files_;  ///< of the user's directory, loaded or stored in this process
    int named_entries_ = 0;               ///< in warnings
    int unnamed_entries_ = 0;             ///< that are still to be told of
    bool publishing_failed_ = false;
    bool warned_of_limit_ = false;
    bool warned_of_refused_ = false;
};

}  // namespace abut::jit
