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
#include "cli/cache_benefits.hpp"
#include "cli/cache_text.hpp"
#include "cli/collapsed_report.hpp"
#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "core/utc_text.hpp"
#include "jit/cache_list.hpp"
#include "jit/explain_miss.hpp"
#include "jit/key_document.hpp"

namespace abut::cli {

namespace {

using Entry = jit::ListedEntry;
using Program = ListedProgram;
using Row = std::vector<std::string>;

constexpr std::size_t key_bytes = 12;

bool has_kernel(const Entry& entry, const std::string& stem) {
    return std::ranges::any_of(entry.kernels, [&](const std::string& kernel) { return stem_of(kernel) == stem; });
}

bool has_benefit(const CacheListOptions& options, const ListedVariant& variant) {
    return options.benefit.empty() || benefit_state(variant) == options.benefit;
}

bool is_listed(const CacheListOptions& options, const Program& program) {
    const auto& entry = program.entry;
    const auto is_so = [&](const ListedVariant& variant) { return has_benefit(options, variant); };
    if (!options.benefit.empty() && !std::ranges::any_of(program.variants, is_so)) return false;
    if (!options.kernel.empty() && !has_kernel(entry, options.kernel)) return false;
    if (entry.device.find(options.device) == std::string::npos) return false;
    if (options.older_seconds && unused_seconds(entry) < *options.older_seconds) return false;
    return entry.pinned || !options.pinned;
}

void sort_programs(const std::string& order, std::vector<Program>& programs) {
    if (order == "benefit") {
        std::ranges::stable_sort(programs, {}, [](const Program& program) { return program_benefit(program).mean; });
        return;
    }
    const std::map<std::string, std::function<bool(const Entry&, const Entry&)>> orders = {
        {"key", [](const Entry& a, const Entry& b) { return a.name < b.name; }},
        {"kernel", [](const Entry& a, const Entry& b) { return stems_of(a) < stems_of(b); }},
        {"device", [](const Entry& a, const Entry& b) { return a.device < b.device; }},
        {"size", [](const Entry& a, const Entry& b) { return a.bytes < b.bytes; }},
        {"age", [](const Entry& a, const Entry& b) { return a.created > b.created; }},
        {"hits", [](const Entry& a, const Entry& b) { return a.use.hits < b.use.hits; }},
        {"compile", [](const Entry& a, const Entry& b) { return a.compile_ms < b.compile_ms; }}};
    std::ranges::stable_sort(programs, orders.at(order), &Program::entry);
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

Row row_of(const Program& program) {
    const auto& entry = program.entry;
    return {entry.key().substr(0, key_bytes),
            shortened(stems_of(entry), entry.is_sound() ? 16 : 20),
            guard_range(entry),
            shortened(entry.device, 11),
            fmt::format("{}", entry.kernels.size()),
            size_text(entry.bytes),
            duration_text(seconds_since(entry.created)),
            fmt::format("{}", entry.use.hits),
            compile_text(entry),
            program_benefit_text(program_benefit(program))};
}

Row variant_row(const Entry& entry, const ListedVariant& variant) {
    const auto& kernel = *variant.kernel;
    return {kernel.key.substr(0, key_bytes),           shortened(stem_of(kernel.name), 16),
            shortened(guards_of(kernel.document), 22), shortened(entry.device, 14),
            entry.key().substr(0, key_bytes),          duration_text(seconds_since(entry.created)),
            fmt::format("{}", entry.use.hits)};
}

Json variants_json(const Program& program) {
    Json json = Json::array();
    for (const auto& variant : program.variants) {
        const auto& kernel = *variant.kernel;
        json.push_back({{"key", kernel.key}, {"kernel", stem_of(kernel.name)}, {"guard", guards_of(kernel.document)}});
        add_benefit_json(variant, json.back());
    }
    return json;
}

Json entry_json(const CacheListOptions& options, const Program& program) {
    const auto& entry = program.entry;
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
    add_benefit_json(program_benefit(program), json);
    if (options.variants) json["kernels"] = variants_json(program);
    return json;
}

void print_programs(const std::vector<Program>& programs) {
    std::vector<Row> rows{{"key", "kernels", "guard", "device", "n", "size", "age", "hits", "compile", "benefit"}};
    for (const auto& program : programs) rows.push_back(row_of(program));
    print(table(rows, 4));
}

/// A variant with the entry that it lies in.
using VariantPlace = std::pair<const Entry*, const ListedVariant*>;

std::vector<VariantPlace> listed_places(const CacheListOptions& options, const std::vector<Program>& programs) {
    std::vector<VariantPlace> places;
    for (const auto& program : programs) {
        for (const auto& variant : program.variants) {
            const bool has_stem = options.kernel.empty() || stem_of(variant.kernel->name) == options.kernel;
            if (has_stem && has_benefit(options, variant)) places.emplace_back(&program.entry, &variant);
        }
    }
    if (options.sort != "benefit") return places;
    std::ranges::stable_sort(places, {}, [](const VariantPlace& place) {
        return place.second->benefit == nullptr ? 0 : place.second->benefit->benefit;
    });
    return places;
}

/// A row each, and below it what it gains and why it is there.
void print_variants(const CacheListOptions& options, const std::vector<Program>& programs) {
    constexpr std::size_t indent = 2;
    constexpr std::size_t most_bytes = 96;
    const auto places = listed_places(options, programs);
    std::vector<Row> rows{{"variant", "kernel", "guard", "device", "key", "age", "hits"}};
    for (const auto& [entry, variant] : places) rows.push_back(variant_row(*entry, *variant));
    const std::string text = table(rows, 5);
    std::string_view rest = text;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        print(line);
        if (i > 0) print(wrapped(shortened(variant_benefit_text(*places[i - 1].second), most_bytes), indent));
    }
}

}  // namespace

int execute(const CacheListOptions& options, Context& context) {
    auto programs = list_programs(context.cache_directory());
    const bool is_empty = programs.empty();
    if (options.variants) add_reasons(programs);
    std::erase_if(programs, [&](const Program& program) { return !is_listed(options, program); });
    sort_programs(options.sort, programs);
    if (context.json()) {
        Json json = json_report("cache");
        json["cache"] = context.cache_directory();
        json["entries"] = Json::array();
        for (const auto& program : programs) json["entries"].push_back(entry_json(options, program));
        json["banned"] = banned_json(context.cache_directory());
        json["collapsed"] = all_collapsed_json(context.cache_directory());
        print_json(json);
        return exit_done;
    }
    if (programs.empty()) {
        print(is_empty ? "no compiled kernels" : "no compiled kernels are so");
    } else if (options.variants) {
        print_variants(options, programs);
    } else {
        print_programs(programs);
    }
    print_banned(context.cache_directory());
    print_collapsed(context.cache_directory());
    return exit_done;
}

}  // namespace abut::cli
