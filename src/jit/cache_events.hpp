// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "jit/cache_system.hpp"

/// What happened in a cache: the file events.log in its directory, one JSON object a line. A line is below 4 KiB and
/// appended in one call, so lines of several processes don't mix; the file becomes events.log.1 when it is large.
namespace abut::jit {

/// Names of events.
namespace event_names {
inline constexpr const char* miss = "miss";
inline constexpr const char* quarantine = "quarantine";
inline constexpr const char* eviction = "eviction";
inline constexpr const char* failed_publish = "failed publish";
inline constexpr const char* lock_timeout = "lock timeout";
inline constexpr const char* breaker = "breaker";  ///< a server is left alone for a while
inline constexpr const char* refused = "refused";  ///< an entry that a server gave
inline constexpr const char* ban = "ban";          ///< of a variant, by a user
inline constexpr const char* unban = "unban";
inline constexpr std::array all{miss, quarantine, eviction, failed_publish, lock_timeout, breaker, refused, ban, unban};
}  // namespace event_names

struct CacheEvent {
    std::int64_t time = 0;     ///< seconds since 1970
    std::int64_t process = 0;  ///< its id
    std::string event;
    std::string key;       ///< of the variant of a miss or ban, else of an entry
    std::string kernel;    ///< its stem, of a miss or ban
    std::string model;     ///< the label of the build, where there is one
    std::string device;    ///< hash of its identity
    std::string variants;  ///< keys of an entry's variants, with spaces between them
    std::string reason;
    bool operator==(const CacheEvent&) const = default;
};

/// Keys with spaces between them, as many in a text as CacheEvent::variants takes; at least one text.
std::vector<std::string> joined_keys(std::span<const std::string> keys);

/// One line with its end; texts that are too long are cut, and what is not UTF-8 becomes '?'.
std::string event_line(const CacheEvent& event);
/// Nothing for a line that is none, or that is not whole.
std::optional<CacheEvent> parse_event(std::string_view line);

/// Silent where it fails: the log is for people.
void append_event(const std::string& directory, const CacheEvent& event, const CacheSystem& system = {});
/// Those of both files that are not older than `since`, oldest first. Empty where they can't be read.
std::vector<CacheEvent> read_events(const std::string& directory, std::int64_t since = 0);

}  // namespace abut::jit
