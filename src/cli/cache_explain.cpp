// SPDX-License-Identifier: Apache-2.0
// `abut cache explain`: why kernels are not in a cache, or were not.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "cli/cache_keys.hpp"
#include "cli/cache_model.hpp"
#include "cli/cache_text.hpp"
#include "cli/collapsed_report.hpp"
#include "cli/commands.hpp"
#include "cli/explanation.hpp"
#include "cli/print.hpp"
#include "core/fail.hpp"
#include "core/printable.hpp"
#include "core/utc_text.hpp"
#include "jit/cache_events.hpp"
#include "jit/cache_list.hpp"
#include "jit/collapsed_classes.hpp"
#include "jit/key_document.hpp"
#include "program/device_class.hpp"

namespace abut::cli {

namespace {

using Entries = std::vector<jit::ListedEntry>;

struct Explained {
    jit::WantedVariant variant;
    jit::MissExplanation explanation;
};

std::vector<Explained> explained(const std::vector<jit::WantedVariant>& wanted, const std::vector<jit::KnownVariant>& known,
                                 const std::vector<jit::CacheEvent>& events) {
    auto explanations = jit::explain_misses(wanted, known, events);
    std::vector<Explained> all;
    for (std::size_t i = 0; i < wanted.size(); ++i)
        all.push_back({.variant = wanted[i], .explanation = std::move(explanations[i])});
    return all;
}

bool is_present(const Explained& each) {
    return each.explanation.reason == jit::MissReason::Present;
}

Json cache_json(const Context& context) {
    Json json = json_report("cache");
    json["cache"] = context.cache_directory();
    return json;
}

std::string kernel_name(const jit::WantedVariant& variant) {
    return fmt::format("{}_{}", jit::field_value(variant.document, "stem"), variant.key);
}

std::vector<jit::KnownVariant> known_in(const jit::ListedEntry& entry, const std::string& variant) {
    std::vector<jit::KnownVariant> known;
    for (const auto& kernel : entry.outline.kernels) {
        if (variant.empty() || kernel.key == variant)
            known.push_back({.entry = entry.key(), .identity = entry.outline.identity, .document = kernel.document});
    }
    return known;
}

std::vector<jit::KnownVariant> known_in(const Entries& entries, const std::string& but_key = {}) {
    std::vector<jit::KnownVariant> known;
    for (const auto& entry : entries) {
        if (entry.key() != but_key) std::ranges::move(known_in(entry, {}), std::back_inserter(known));
    }
    return known;
}

std::vector<jit::WantedVariant> wanted_in(const NamedEntry& named) {
    std::vector<jit::WantedVariant> wanted;
    for (const auto& kernel : named.entry.outline.kernels) {
        if (named.variant.empty() || kernel.key == named.variant)
            wanted.push_back({.key = kernel.key, .identity = named.entry.outline.identity, .document = kernel.document});
    }
    return wanted;
}

Json explained_json(const Explained& explained) {
    Json json = explanation_json(explained.explanation);
    Json kernel = Json::object();
    kernel["kernel"] = kernel_name(explained.variant);
    kernel.update(json);
    return kernel;
}

/// Variants that have one reason stand together.
void print_reasons(const std::vector<Explained>& misses) {
    std::vector<std::pair<std::string, std::vector<const Explained*>>> by_reason;
    for (const auto& miss : misses) {
        const auto reason = explanation_text(miss.explanation);
        const auto same = std::ranges::find(by_reason, reason, [](const auto& group) { return group.first; });
        if (same != by_reason.end()) {
            same->second.push_back(&miss);
        } else {
            by_reason.push_back({reason, {&miss}});
        }
    }
    for (const auto& [reason, group] : by_reason) {
        for (const auto* miss : group) print(kernel_name(miss->variant));
        print(reason);
    }
}

/// Those of the device's classes of variants that the model has.
std::vector<jit::CollapsedClass> collapsed_on(const Device& device, const std::string& directory,
                                              const std::map<std::string, std::size_t>& of_model) {
    auto classes = jit::read_collapsed(directory, programs::measured_identity(device));
    std::erase_if(classes, [&](const jit::CollapsedClass& each) { return !of_model.contains(each.name); });
    return classes;
}

int explain_model(const CacheExplainOptions& options, Context& context) {
    const auto directory = context.cache_directory();
    auto known = jit::list_variants(directory);
    for (const auto& overlay : context.options().cache_overlays)
        std::ranges::move(jit::list_variants(overlay), std::back_inserter(known));
    const auto events = jit::read_events(directory);
    const Device device = context.open_device();
    const auto [wanted, collapsed] = wanted_model(options.wanted, device, context);
    const auto classes = collapsed_on(device, directory, collapsed);
    auto misses = explained(wanted, known, events);
    std::erase_if(misses, is_present);
    if (!context.json()) {
        print(fmt::format("{} of {} kernels are in the cache", wanted.size() - misses.size(), wanted.size()));
        for (const auto& each : classes) {
            print(wrapped(collapsed_text(each), 0));
            print(wrapped(fmt::format("{} variants of the model are so", collapsed.at(each.name)), 2));
        }
        print_reasons(misses);
        return exit_done;
    }
    Json json = cache_json(context);
    json["model"] = options.wanted.model.model;
    json["device"] = device.profile().name;
    json["kernels"] = wanted.size();
    json["present"] = wanted.size() - misses.size();
    json["missing"] = Json::array();
    for (const auto& miss : misses) json["missing"].push_back(explained_json(miss));
    json["collapsed"] = Json::array();
    for (const auto& each : classes) {
        json["collapsed"].push_back(collapsed_json(each));
        json["collapsed"].back()["kernels"] = collapsed.at(each.name);
    }
    print_json(json);
    return exit_done;
}

/// The key of the only variant or program that events name by `key`; nothing where none does.
std::optional<std::string> key_in_events(const std::vector<jit::CacheEvent>& events, const std::string& key) {
    std::set<std::string> found;
    for (const auto& event : events) {
        for (const auto& each : keys_of_event(event)) {
            if (each.starts_with(key)) found.insert(each);
        }
    }
    if (found.size() > 1) {
        core::fail_invalid("'{}': expected as much of a key as only one has, found {} in the cache's log{}",
                           core::printable(key), found.size(), nearest_keys({found.begin(), found.end()}, key));
    }
    return found.empty() ? std::nullopt : std::optional(*found.begin());
}

[[noreturn]] void fail_unknown(const Entries& entries, const std::vector<jit::CacheEvent>& events,
                               const std::string& directory, const std::string& key) {
    const auto in_entries = all_keys(entries);
    std::set<std::string> keys(in_entries.begin(), in_entries.end());
    for (const auto& event : events) {
        for (auto& each : keys_of_event(event)) keys.insert(std::move(each));
    }
    core::fail_invalid("'{}': expected a model, or a key that `abut cache ls` or `abut cache log` lists for '{}'{}",
                       core::printable(key), directory, nearest_keys({keys.begin(), keys.end()}, key));
}

/// What the log has of a key: of a program's also that of its variants.
std::vector<jit::CacheEvent> events_of(const std::vector<jit::CacheEvent>& events, const std::set<std::string>& keys) {
    std::vector<jit::CacheEvent> found;
    std::ranges::copy_if(events, std::back_inserter(found), [&](const jit::CacheEvent& event) {
        return std::ranges::any_of(keys_of_event(event), [&](const std::string& key) { return keys.contains(key); });
    });
    return found;
}

int report_key(const std::string& key, const std::optional<NamedEntry>& named, const std::vector<Explained>& nearest,
               const std::vector<jit::CacheEvent>& events, Context& context) {
    if (context.json()) {
        Json json = cache_json(context);
        json["key"] = key;
        json["entry"] = named ? Json(named->entry.key()) : Json(nullptr);
        json["events"] = Json::array();
        for (const auto& event : events) json["events"].push_back(event_json(event));
        json["variants"] = Json::array();
        for (const auto& each : nearest) json["variants"].push_back(explained_json(each));
        print_json(json);
        return exit_done;
    }
    print(fmt::format("{}: {}", key, named ? "it is in the cache" : "it is not in the cache"));
    if (named) {
        constexpr std::size_t indent = 2;
        print(wrapped(fmt::format("in {} since {}", named->entry.key(), core::utc_text(named->entry.created)), indent));
    }
    if (events.empty()) print("  the log has nothing of it");
    for (const auto& event : events) print(event_text(event));
    const auto is_absent = [](const Explained& each) { return each.explanation.reason == jit::MissReason::Absent; };
    if (std::ranges::all_of(nearest, is_absent)) return exit_done;
    print("what is nearest to it in other programs:");
    print_reasons(nearest);
    return exit_done;
}

int explain_key(const std::string& subject, Context& context) {
    const auto directory = context.cache_directory();
    const auto entries = jit::list_entries(directory);
    const auto events = jit::read_events(directory);
    const auto bare = subject.find('_') == std::string::npos ? subject : variant_key_of(subject);
    if (entries_named(entries, subject).empty()) {
        const auto key = key_in_events(events, bare);
        if (!key) fail_unknown(entries, events, directory, subject);
        return report_key(*key, std::nullopt, {}, events_of(events, {*key}), context);
    }
    const auto named = entry_named(entries, directory, subject);
    const auto known = known_in(entries, named.entry.key());
    std::set<std::string> keys{named.variant.empty() ? named.entry.key() : named.variant};
    const auto nearest = explained(wanted_in(named), known, {});
    for (const auto& each : nearest) keys.insert(each.variant.key);
    const auto key = named.variant.empty() ? named.entry.key() : named.variant;
    return report_key(key, named, nearest, events_of(events, keys), context);
}

/// One against one is compared whatever they are; else each with what is nearest to it.
std::vector<Explained> compared(const NamedEntry& wanted, const NamedEntry& found) {
    const auto known = known_in(found.entry, found.variant);
    auto all = explained(wanted_in(wanted), known, {});
    if (all.size() == 1 && known.size() == 1 && all[0].explanation.reason == jit::MissReason::Absent) {
        const auto& variant = all[0].variant;
        all[0].explanation = {.reason = jit::MissReason::Different,
                              .nearest = found.entry.key(),
                              .identity_differences = jit::document_differences(variant.identity, known[0].identity),
                              .document_differences = jit::document_differences(variant.document, known[0].document)};
    }
    std::erase_if(all, is_present);
    return all;
}

int explain_keys(const CacheExplainOptions& options, Context& context) {
    const auto directory = context.cache_directory();
    const auto entries = jit::list_entries(directory);
    const auto wanted = entry_named(entries, directory, options.subjects[0]);
    const auto found = entry_named(entries, directory, options.subjects[1]);
    const auto differences = compared(wanted, found);
    const auto count = wanted_in(wanted).size();
    if (!context.json()) {
        print(fmt::format("{} of {} kernels of {} are in {} as well", count - differences.size(), count, wanted.entry.key(),
                          found.entry.key()));
        print_reasons(differences);
        return exit_done;
    }
    Json json = cache_json(context);
    json["wanted"] = wanted.entry.key();
    json["found"] = found.entry.key();
    json["kernels"] = count;
    json["different"] = Json::array();
    for (const auto& each : differences) json["different"].push_back(explained_json(each));
    print_json(json);
    return exit_done;
}

/// Zoo names and files are models; hexadecimal digits, behind a kernel's name or not, are keys; all else would be a file.
bool is_model(const std::string& subject) {
    std::error_code ignored;
    if (subject.starts_with("zoo:") || std::filesystem::exists(subject, ignored)) return true;
    const auto key = variant_key_of(subject);
    return subject.find_first_of("./") != std::string::npos ||
           key.find_first_not_of("0123456789abcdef") != std::string::npos;
}

}  // namespace

int execute(const CacheExplainOptions& options, Context& context) {
    if (options.subjects.size() == 2) return explain_keys(options, context);
    return is_model(options.subjects[0]) ? explain_model(options, context) : explain_key(options.subjects[0], context);
}

}  // namespace abut::cli
