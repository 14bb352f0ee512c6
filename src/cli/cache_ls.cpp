// SPDX-License-Identifier: Apache-2.0
// `abut cache ls`: the programs of kernels in a cache, or their variants, in rows.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>
#include <string_view>
#include <utility>

#include "cli/cache_bans.hpp"
#include "cli/cache_text.hpp"
#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "core/utc_text.hpp"
#include "jit/cache_list.hpp"
#include "jit/explain_miss.hpp"
#include "jit/key_document.hpp"

namespace abut::cli {

namespace {

using Entry = jit::ListedEntry;
using Row = std::vector<std::string>;

constexpr std::size_t key_bytes = 12;

bool has_kernel(const Entry& entry, const std::string& stem) {
    return std::ranges::any_of(entry.kernels, [&](const std::string& kernel) { return stem_of(kernel) == stem; });
}

bool is_listed(const CacheListOptions& options, const Entry& entry) {
    if (!options.kernel.empty() && !has_kernel(entry, options.kernel)) return false;
    if (entry.device.find(options.device) == std::string::npos) return false;
    if (options.older_seconds && unused_seconds(entry) < *options.older_seconds) return false;
    return entry.pinned || !options.pinned;
}

void sort_entries(const std::string& order, std::vector<Entry>& entries) {
    const std::map<std::string, std::function<bool(const Entry&, const Entry&)>> orders = {
        {"key", [](const Entry& a, const Entry& b) { return a.name < b.name; }},
        {"kernel", [](const Entry& a, const Entry& b) { return stems_of(a) < stems_of(b); }},
        {"device", [](const Entry& a, const Entry& b) { return a.device < b.device; }},
        {"size", [](const Entry& a, const Entry& b) { return a.bytes < b.bytes; }},
        {"age", [](const Entry& a, const Entry& b) { return a.created > b.created; }},
        {"hits", [](const Entry& a, const Entry& b) { return a.use.hits < b.use.hits; }},
        {"compile", [](const Entry& a, const Entry& b) { return a.compile_ms < b.compile_ms; }}};
    std::ranges::stable_sort(entries, orders.at(order));
}

/// The least and the greatest guard of its pointers: "4-64".
std::string guard_range(const Entry& entry) {
    std::int64_t least = 0;
    std::int64_t greatest = 0;
    for (const auto& kernel : entry.outline.kernels) {
        for (const auto& [parameter, value] : guard_fields(kernel.document)) {
            const std::int64_t guard = std::atoll(value.c_str());
            if (guard <= 0) continue;
            least = least == 0 ? guard : std::min(least, guard);
            greatest = std::max(greatest, guard);
        }
    }
    if (greatest == 0) return {};
    return least == greatest ? fmt::format("{}", least) : fmt::format("{}-{}", least, greatest);
}

std::string compile_text(const Entry& entry) {
    constexpr double milliseconds = 1000;
    return entry.is_sound() ? fmt::format("{:.1f} s", entry.compile_ms / milliseconds) : "";
}

Row row_of(const Entry& entry) {
    return {entry.key().substr(0, key_bytes),
            shortened(stems_of(entry), 20),
            guard_range(entry),
            shortened(entry.device, 14),
            fmt::format("{}", entry.kernels.size()),
            size_text(entry.bytes),
            duration_text(seconds_since(entry.created)),
            fmt::format("{}", entry.use.hits),
            compile_text(entry)};
}

Row variant_row(const Entry& entry, const jit::StoredKernel& kernel) {
    return {kernel.key.substr(0, key_bytes),           shortened(stem_of(kernel.name), 16),
            shortened(guards_of(kernel.document), 22), shortened(entry.device, 14),
            entry.key().substr(0, key_bytes),          duration_text(seconds_since(entry.created)),
            fmt::format("{}", entry.use.hits)};
}

Json variants_json(const Entry& entry) {
    Json json = Json::array();
    for (const auto& kernel : entry.outline.kernels)
        json.push_back({{"key", kernel.key}, {"kernel", stem_of(kernel.name)}, {"guard", guards_of(kernel.document)}});
    return json;
}

Json entry_json(const CacheListOptions& options, const Entry& entry) {
    Json json = Json::object();
    json["key"] = entry.key();
    json["kernel"] = stems_of(entry);
    json["guard"] = guard_range(entry);
    json["device"] = entry.device;
    json["bytes"] = entry.bytes;
    json["created"] = core::utc_text(entry.created);
    json["used"] = entry.use.hits > 0 ? Json(core::utc_text(entry.use.last_used)) : Json(nullptr);
    json["hits"] = entry.use.hits;
    json["compile_ms"] = entry.is_sound() ? Json(entry.compile_ms) : Json(nullptr);
    json["variants"] = entry.kernels.size();
    json["pinned"] = entry.pinned;
    json["damaged"] = entry.state == jit::EntryState::Damaged;
    if (options.variants) json["kernels"] = variants_json(entry);
    return json;
}

std::vector<Row> rows_of(const CacheListOptions& options, const std::vector<Entry>& entries) {
    if (!options.variants) {
        std::vector<Row> rows{{"key", "kernels", "guard", "device", "n", "size", "age", "hits", "compile"}};
        for (const auto& entry : entries) rows.push_back(row_of(entry));
        return rows;
    }
    std::vector<Row> rows{{"variant", "kernel", "guard", "device", "key", "age", "hits"}};
    for (const auto& entry : entries) {
        for (const auto& kernel : entry.outline.kernels) {
            if (options.kernel.empty() || stem_of(kernel.name) == options.kernel) rows.push_back(variant_row(entry, kernel));
        }
    }
    return rows;
}

}  // namespace

int execute(const CacheListOptions& options, Context& context) {
    auto entries = jit::list_entries(context.cache_directory());
    const bool is_empty = entries.empty();
    std::erase_if(entries, [&](const Entry& entry) { return !is_listed(options, entry); });
    sort_entries(options.sort, entries);
    if (context.json()) {
        Json json = json_report("cache");
        json["cache"] = context.cache_directory();
        json["entries"] = Json::array();
        for (const auto& entry : entries) json["entries"].push_back(entry_json(options, entry));
        json["banned"] = banned_json(context.cache_directory());
        print_json(json);
        return exit_done;
    }
    if (entries.empty()) {
        print(is_empty ? "no compiled kernels" : "no compiled kernels are so");
    } else {
        print(table(rows_of(options, entries), options.variants ? 5 : 4));
    }
    print_banned(context.cache_directory());
    return exit_done;
}

}  // namespace abut::cli
