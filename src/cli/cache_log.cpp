// SPDX-License-Identifier: Apache-2.0
// `abut cache log`, `stats` and `quarantine ls`: what happened in a cache.
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <map>

#include "cli/cache_benefits.hpp"
#include "cli/cache_text.hpp"
#include "cli/commands.hpp"
#include "cli/explanation.hpp"
#include "cli/print.hpp"
#include "core/utc_text.hpp"
#include "jit/cache_events.hpp"
#include "jit/cache_list.hpp"
#include "jit/cache_quarantine.hpp"
#include "jit/cache_usage.hpp"

namespace abut::cli {

namespace {

std::vector<jit::CacheEvent> events_since(const std::string& directory, std::optional<std::int64_t> seconds) {
    return jit::read_events(directory, seconds ? std::time(nullptr) - *seconds : 0);
}

/// What a cache amounts to.
struct Totals {
    std::int64_t bytes = 0;
    std::int64_t hits = 0;
    double compile_seconds = 0;  ///< that its programs took
    double saved_seconds = 0;    ///< that the hits did not take
    int pinned = 0;
    int measured = 0;  ///< variants with a benefit
    int unpaid = 0;    ///< of these, faster than their generic ones on no device that was measured
    std::map<std::string, int> by_state;
    std::map<std::string, int> variants_of_kernel;
};

void add_benefits(const jit::ListedEntry& entry, Totals& totals) {
    for (const auto& variant : variants_of(entry)) {
        totals.measured += variant.benefit != nullptr ? 1 : 0;
        totals.unpaid += never_paid(entry, *variant.kernel) ? 1 : 0;
    }
}

Totals totals_of(const std::vector<jit::ListedEntry>& entries) {
    constexpr double milliseconds = 1000;
    Totals totals;
    for (const auto state : jit::entry_states) totals.by_state[state_name(state)] = 0;
    for (const auto& entry : entries) {
        totals.bytes += entry.bytes;
        totals.hits += entry.use.hits;
        totals.compile_seconds += entry.compile_ms / milliseconds;
        totals.saved_seconds += entry.compile_ms / milliseconds * static_cast<double>(entry.use.hits);
        totals.pinned += entry.pinned ? 1 : 0;
        ++totals.by_state[state_name(entry.state)];
        for (const auto& kernel : entry.kernels) ++totals.variants_of_kernel[stem_of(kernel)];
        add_benefits(entry, totals);
    }
    return totals;
}

int variants_in(const Totals& totals) {
    int count = 0;
    for (const auto& [kernel, variants] : totals.variants_of_kernel) count += variants;
    return count;
}

Json totals_json(const Totals& totals, std::size_t programs) {
    Json json = Json::object();
    json["programs"] = programs;
    json["variants"] = variants_in(totals);
    json["bytes"] = totals.bytes;
    json["hits"] = totals.hits;
    json["compile_seconds"] = totals.compile_seconds;
    json["saved_seconds"] = totals.saved_seconds;
    json["pinned"] = totals.pinned;
    json["measured"] = totals.measured;
    json["unpaid"] = totals.unpaid;
    json["states"] = totals.by_state;
    json["kernels"] = totals.variants_of_kernel;
    return json;
}

void print_totals(const Totals& totals, std::size_t programs, std::int64_t limit_bytes) {
    std::string states;
    for (const auto state : jit::entry_states) {
        if (state != jit::EntryState::Sound)
            states += fmt::format(", {} {}", totals.by_state.at(state_name(state)), state_text(state));
    }
    print(fmt::format("programs       {}{}", programs, states));
    print(fmt::format("variants       {}", variants_in(totals)));
    print(fmt::format("size           {}, of a limit of {}", size_text(totals.bytes), size_text(limit_bytes)));
    print(fmt::format("pinned         {}", totals.pinned));
    print(fmt::format("hits           {}, which saved {:.1f} s of compiling", totals.hits, totals.saved_seconds));
    print(fmt::format("compiling      {:.1f} s", totals.compile_seconds));
    print(fmt::format("measured       {} variants, of which {} never paid", totals.measured, totals.unpaid));
    for (const auto& [kernel, variants] : totals.variants_of_kernel)
        print(fmt::format("  {:<12} {} variants", shortened(kernel, 40), variants));
}

}  // namespace

int execute(const CacheLogOptions& options, Context& context) {
    const auto directory = context.cache_directory();
    auto events = events_since(directory, options.since_seconds);
    std::erase_if(events,
                  [&](const jit::CacheEvent& event) { return !options.event.empty() && event.event != options.event; });
    if (!context.json()) {
        for (const auto& event : events) print(event_text(event));
        if (events.empty()) print("nothing happened");
        return exit_done;
    }
    Json json = json_report("cache");
    json["cache"] = directory;
    json["events"] = Json::array();
    for (const auto& event : events) json["events"].push_back(event_json(event));
    print_json(json);
    return exit_done;
}

int execute(const CacheStatsOptions&, Context& context) {
    const auto directory = context.cache_directory();
    const auto entries = jit::list_entries(directory);
    const auto totals = totals_of(entries);
    const auto quarantined = jit::list_quarantine(directory).size();
    std::map<std::string, int> happened;
    for (const auto& event : jit::read_events(directory)) ++happened[event.event];
    if (!context.json()) {
        print_totals(totals, entries.size(), context.options().cache_limit_bytes);
        print(fmt::format("quarantine     {}", quarantined));
        for (const auto& [event, count] : happened) print(fmt::format("{:<14} {} in the log", shortened(event, 14), count));
        return exit_done;
    }
    Json json = json_report("cache");
    json["cache"] = directory;
    json.update(totals_json(totals, entries.size()));
    json["limit_bytes"] = context.options().cache_limit_bytes;
    json["quarantined"] = quarantined;
    json["events"] = happened;
    print_json(json);
    return exit_done;
}

int execute(const CacheQuarantineOptions&, Context& context) {
    const auto directory = context.cache_directory();
    const auto entries = jit::list_quarantine(directory);
    if (!context.json()) {
        for (const auto& entry : entries) {
            constexpr std::size_t indent = 4;
            print(
                fmt::format("{}  {}  {}", jit::key_of_file(entry.name), core::utc_text(entry.time), size_text(entry.bytes)));
            print(wrapped(entry.reason, indent));
        }
        if (entries.empty()) print("nothing is in quarantine");
        return exit_done;
    }
    Json json = json_report("cache");
    json["cache"] = directory;
    json["quarantine"] = Json::array();
    for (const auto& entry : entries) {
        json["quarantine"].push_back({{"key", jit::key_of_file(entry.name)},
                                      {"time", core::utc_text(entry.time)},
                                      {"bytes", entry.bytes},
                                      {"reason", entry.reason}});
    }
    print_json(json);
    return exit_done;
}

}  // namespace abut::cli
