// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "jit/cache_events.hpp"

/// Why variants were not in a cache. Pure.
namespace abut::jit {

/// A field that two documents do not agree on; empty where one of them lacks it.
struct FieldDifference {
    std::string name;
    std::string wanted;
    std::string found;
    bool operator==(const FieldDifference&) const = default;
};

/// By the order of `wanted`, then what only `found` has. Digests of texts and files are left out where a field that they
/// follow from differs.
std::vector<FieldDifference> document_differences(std::string_view wanted, std::string_view found);

struct WantedVariant {
    std::string key;
    std::string identity;  ///< of the device
    std::string document;
};

/// A variant that lies in a cache.
struct KnownVariant {
    std::string entry;  ///< its key
    std::string identity;
    std::string document;
};

enum class MissReason : std::uint8_t {
    Absent,       ///< nothing in the cache is of the same kernel
    Different,    ///< the nearest entry differs in some fields
    Evicted,      ///< it was there
    Quarantined,  ///< likewise, and no good
    Present,      ///< it is there
};

struct MissExplanation {
    MissReason reason = MissReason::Absent;
    std::string nearest;  ///< key of the entry
    std::vector<FieldDifference> identity_differences;
    std::vector<FieldDifference> document_differences;
    std::int64_t time = 0;  ///< of what happened to it, seconds since 1970
    std::string note;       ///< why it was quarantined
};

/// Of each that is wanted, in their order. All documents are taken apart once, so one call for many takes much less than
/// many calls.
std::vector<MissExplanation> explain_misses(std::span<const WantedVariant> wanted, std::span<const KnownVariant> known,
                                            std::span<const CacheEvent> events);

/// One line of some hundred bytes at most: "the nearest, ENTRY, has driver version 3.0, wanted 3.1".
std::string to_text(const MissExplanation& explanation);

}  // namespace abut::jit
