// SPDX-License-Identifier: Apache-2.0
// `abut cache ban` and `unban`: variants that nobody may use.
#include "cli/cache_bans.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <utility>

#include "cli/cache_keys.hpp"
#include "cli/cache_text.hpp"
#include "cli/commands.hpp"
#include "core/fail.hpp"
#include "core/printable.hpp"
#include "core/utc_text.hpp"
#include "jit/banned_variants.hpp"
#include "jit/cache_events.hpp"
#include "jit/cache_files.hpp"
#include "jit/explain_miss.hpp"

namespace abut::cli {

namespace {

std::string banned_name(const jit::BannedVariant& variant) {
    return variant.kernel.empty() ? variant.key : fmt::format("{}_{}", variant.kernel, variant.key);
}

bool is_whole_key(const std::string& key) {
    constexpr std::size_t digits = 32;
    return key.size() == digits && key.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::string stem_in(const jit::ListedEntry& entry, const std::string& key) {
    const auto kernel = std::ranges::find(entry.kernels, key, variant_key_of);
    return kernel == entry.kernels.end() ? "" : stem_of(*kernel);
}

/// A variant that some program has, or one that is named as a whole: no cache here may have it.
jit::BannedVariant variant_to_ban(const std::string& key, const std::string& directory) {
    const auto entries = jit::list_entries(directory);
    auto named = entries_named(entries, key);
    if (named.empty() && is_whole_key(variant_key_of(key)))
        return {.key = variant_key_of(key), .kernel = is_whole_key(key) ? "" : core::printable(stem_of(key).substr(0, 40))};
    const bool is_one = !named.empty() && !named[0].variant.empty() &&
                        std::ranges::all_of(named, [&](const NamedEntry& each) { return each.variant == named[0].variant; });
    const auto found = is_one ? std::move(named[0]) : entry_named(entries, directory, key);
    if (!found.variant.empty()) return {.key = found.variant, .kernel = stem_in(found.entry, found.variant)};
    const auto& kernels = found.entry.kernels;
    if (kernels.size() == 1) return {.key = variant_key_of(kernels[0]), .kernel = stem_of(kernels[0])};
    core::fail_invalid(
        "'{}': expected the key of a variant, found that of a program of {}; `abut cache ls --variants` lists them",
        core::printable(key), kernels.size());
}

jit::BannedVariant variant_to_unban(const std::string& key, const std::string& directory) {
    auto banned = jit::list_banned(directory);
    if (banned.empty()) core::fail_invalid("'{}': no variant is banned in '{}'", core::printable(key), directory);
    const auto bare = variant_key_of(key);
    std::vector<std::string> keys;
    for (const auto& variant : banned) keys.push_back(variant.key);
    std::erase_if(banned, [&](const jit::BannedVariant& variant) { return !variant.key.starts_with(bare); });
    if (banned.size() == 1) return std::move(banned[0]);
    core::fail_invalid("'{}': expected as much of a key as only one variant that is banned in '{}' has, found {}{}",
                       core::printable(key), directory, banned.size(), nearest_keys(std::move(keys), bare));
}

void note_ban(const std::string& directory, const jit::BannedVariant& variant, bool banned) {
    jit::append_event(directory, {.time = std::time(nullptr),
                                  .process = ::getpid(),
                                  .event = banned ? jit::event_names::ban : jit::event_names::unban,
                                  .key = variant.key,
                                  .kernel = variant.kernel,
                                  .reason = banned ? "by abut cache ban" : "by abut cache unban"});
}

}  // namespace

Json banned_json(const std::string& directory) {
    Json json = Json::array();
    for (const auto& variant : jit::list_banned(directory))
        json.push_back({{"key", variant.key}, {"kernel", variant.kernel}, {"since", core::utc_text(variant.since)}});
    return json;
}

void print_banned(const std::string& directory) {
    for (const auto& variant : jit::list_banned(directory))
        print(fmt::format("banned for {}: {}", duration_text(seconds_since(variant.since)), banned_name(variant)));
}

int execute(const CacheBanOptions& options, Context& context) {
    const auto directory = context.cache_directory();
    const auto variant = options.banned ? variant_to_ban(options.key, directory) : variant_to_unban(options.key, directory);
    if (options.banned) {
        jit::prepare_directory(directory);
        jit::ban_variant(directory, variant.key, variant.kernel);
    } else {
        jit::require_directory(directory);
        jit::unban_variant(directory, variant.key);
    }
    note_ban(directory, variant, options.banned);
    if (!context.json()) {
        print(fmt::format("{} is {}", banned_name(variant),
                          options.banned ? "banned: the weakest variant serves in its place" : "not banned any more"));
        return exit_done;
    }
    Json json = json_report("cache");
    json["cache"] = directory;
    json["key"] = variant.key;
    json["kernel"] = variant.kernel;
    json["banned"] = options.banned;
    print_json(json);
    return exit_done;
}

}  // namespace abut::cli
