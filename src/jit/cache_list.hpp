// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "jit/cache_entry.hpp"
#include "jit/cache_usage.hpp"
#include "jit/explain_miss.hpp"
#include "jit/variant_benefits.hpp"

/// What a cache has: its entries for people to look at, its variants for explain_misses.
namespace abut::jit {

enum class EntryState : std::uint8_t {
    Sound,    ///< as far as its start says
    Damaged,  ///< or not to be trusted: only name, bytes and times are known
    Older,    ///< of an older format, likewise
    Newer,    ///< of a newer one, which belongs to a later Abut
};
inline constexpr std::array entry_states{EntryState::Sound, EntryState::Damaged, EntryState::Older, EntryState::Newer};

/// What lies in a cache's directory under one name.
struct ListedEntry {
    std::string name;                  ///< of the file: its key and a suffix
    std::string device;                ///< of the identity that it was built for: the device's name, or an architecture
    std::vector<std::string> kernels;  ///< entry points
    std::int64_t bytes = 0;
    std::int64_t created = 0;  ///< seconds since 1970
    double compile_ms = 0;
    EntryUse use;
    bool pinned = false;
    EntryState state = EntryState::Damaged;
    EntryOutline outline;    ///< of a Sound one, unverified
    NotedBenefits measured;  ///< of a Sound one, what its variants gain

    [[nodiscard]] std::string key() const { return key_of_file(name); }
    [[nodiscard]] bool is_sound() const { return state == EntryState::Sound; }
};

/// By name. Only the start of each file is read, and what is noted beside it. Throws IO.
std::vector<ListedEntry> list_entries(const std::string& directory);

inline constexpr std::size_t all_entries = static_cast<std::size_t>(-1);
/// The variants of all entries, or of so many that are the newest, unverified. Throws IO.
std::vector<KnownVariant> list_variants(const std::string& directory, std::size_t most_entries = all_entries);

}  // namespace abut::jit
