// SPDX-License-Identifier: Apache-2.0
// `abut cache rm` and `prune`: what leaves a cache, and what would.
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <set>
#include <string_view>
#include <utility>

#include "cli/cache_text.hpp"
#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "core/fail.hpp"
#include "core/printable.hpp"
#include "jit/cache_eviction.hpp"
#include "jit/cache_files.hpp"
#include "jit/cache_list.hpp"
#include "jit/key_document.hpp"

namespace abut::cli {

namespace {

using Entry = jit::ListedEntry;
using Entries = std::vector<Entry>;

/// All fields that `--where` can name: those of the entry, of its device and of its variants.
std::vector<jit::Field> fields_of_entry(const Entry& entry) {
    std::vector<jit::Field> fields{{.name = "key", .value = entry.key()},
                                   {.name = "state", .value = state_name(entry.state)}};
    if (!entry.is_sound()) return fields;
    fields.push_back({.name = "device", .value = entry.device});
    fields.push_back({.name = "version", .value = entry.outline.metadata.version});
    std::ranges::move(jit::fields_of(entry.outline.identity), std::back_inserter(fields));
    for (const auto& kernel : entry.outline.kernels) {
        fields.push_back({.name = "kernel", .value = stem_of(kernel.name)});
        fields.push_back({.name = "variant", .value = kernel.key});
        std::ranges::move(jit::fields_of(kernel.document), std::back_inserter(fields));
    }
    return fields;
}

bool matches(const std::vector<jit::Field>& fields, const std::vector<FieldCondition>& conditions) {
    return std::ranges::all_of(conditions, [&](const FieldCondition& condition) {
        return std::ranges::find(fields, jit::Field{.name = condition.field, .value = condition.value}) != fields.end();
    });
}

void require_known_fields(const std::vector<FieldCondition>& conditions, const std::set<std::string>& known) {
    for (const auto& condition : conditions) {
        if (known.contains(condition.field)) continue;
        core::fail_invalid(
            "--where {}: no program of kernels has such a field; expected key, state, kernel, variant, device, version, or "
            "a field that `abut cache show` lists, such as 'driver version' or 'parameter x guard'",
            core::printable(condition.field));
    }
}

/// What is to go, and what was asked for but stays.
struct Removal {
    std::vector<std::string> names;
    std::int64_t bytes = 0;
    int pinned = 0;

    void add(const Entry& entry) {
        if (entry.state == jit::EntryState::Newer) return;
        if (entry.pinned) {
            ++pinned;
            return;
        }
        names.push_back(entry.name);
        bytes += entry.bytes;
    }
};

Removal chosen_by(const std::vector<FieldCondition>& conditions, const Entries& entries) {
    std::set<std::string> known{"key", "state", "kernel", "variant", "device", "version"};
    Removal removal;
    for (const auto& entry : entries) {
        const auto fields = fields_of_entry(entry);
        for (const auto& field : fields) known.insert(field.name);
        if (matches(fields, conditions)) removal.add(entry);
    }
    require_known_fields(conditions, known);
    return removal;
}

/// How many were removed. What other processes removed meanwhile is gone as well.
int remove_files(const std::string& directory, const std::vector<std::string>& names, const char* reason) {
    jit::require_directory(directory);
    const auto [removed, refused] = jit::remove_entries(directory, names, reason);
    if (!refused.empty())
        core::fail(ErrorCode::IO, "'{}/{}' can't be removed: expected a directory that this user may write to", directory,
                   refused.front());
    return removed;
}

int remove(Removal removal, bool dry_run, const char* reason, Context& context) {
    const auto directory = context.cache_directory();
    int removed = static_cast<int>(removal.names.size());
    if (!dry_run && !removal.names.empty()) removed = remove_files(directory, removal.names, reason);
    if (removal.pinned > 0) context.note(fmt::format("{} are pinned and stay: `abut cache unpin`", removal.pinned));
    if (!context.json()) {
        for (const auto& name : removal.names) print(jit::key_of_file(name));
        print(fmt::format("{} programs of kernels {}, {}", removed, dry_run ? "would be removed" : "removed",
                          size_text(removal.bytes)));
        return exit_done;
    }
    Json json = json_report("cache");
    json["cache"] = directory;
    json["dry_run"] = dry_run;
    json["removed"] = removed;
    json["bytes"] = removal.bytes;
    json["pinned"] = removal.pinned;
    json["keys"] = Json::array();
    for (const auto& name : removal.names) json["keys"].push_back(jit::key_of_file(name));
    print_json(json);
    return exit_done;
}

}  // namespace

int execute(const CacheRemoveOptions& options, Context& context) {
    const auto entries = jit::list_entries(context.cache_directory());
    return remove(chosen_by(options.where, entries), options.dry_run, "removed by abut cache rm", context);
}

int execute(const CachePruneOptions& options, Context& context) {
    const auto directory = context.cache_directory();
    const auto entries = jit::list_entries(directory);
    const auto limit = context.options().cache_limit_bytes;
    std::set<std::string> over_limit;
    for (const auto& entry : jit::plan_eviction(directory, limit, {}, std::time(nullptr)).evicted)
        over_limit.insert(entry.name);
    Removal removal;
    for (const auto& entry : entries) {
        const bool is_old = options.older_seconds && unused_seconds(entry) >= *options.older_seconds;
        if (is_old || over_limit.contains(entry.name)) removal.add(entry);
    }
    return remove(std::move(removal), options.dry_run, "removed by abut cache prune", context);
}

}  // namespace abut::cli
