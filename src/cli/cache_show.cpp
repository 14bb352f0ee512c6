// SPDX-License-Identifier: Apache-2.0
// `abut cache show`: all that is in a program of kernels.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <string_view>
#include <utility>

#include "cli/cache_benefits.hpp"
#include "cli/cache_keys.hpp"
#include "cli/cache_machine_code.hpp"
#include "cli/cache_text.hpp"
#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "core/fail.hpp"
#include "core/utc_text.hpp"
#include "jit/cache_files.hpp"
#include "jit/cache_list.hpp"
#include "jit/entry_file.hpp"
#include "jit/explain_miss.hpp"
#include "jit/key_document.hpp"
#include "jit/variant_reason.hpp"

namespace abut::cli {

namespace {

/// A kernel of an entry, with what its compiler said of it where it did.
struct ShownKernel {
    jit::StoredKernel kernel;
    std::optional<jit::KernelResources> resources;
    std::vector<jit::MeasuredBenefit> benefits{};  ///< one a class of device, what was measured last first
    std::string reason{};
};

std::vector<ShownKernel> shown_kernels(const jit::EntryOutline& outline, const std::string& variant) {
    std::vector<ShownKernel> shown;
    const auto& resources = outline.metadata.resources;
    for (std::size_t i = 0; i < outline.kernels.size(); ++i) {
        if (!variant.empty() && outline.kernels[i].key != variant) continue;
        shown.push_back({.kernel = outline.kernels[i], .resources = std::nullopt});
        if (i < resources.size()) shown.back().resources = resources[i];
    }
    return shown;
}

/// "a pointer x, long x_offset".
std::string parameters_of(const jit::StoredKernel& kernel) {
    std::string text;
    for (const auto& parameter : kernel.parameters)
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", device::to_string(parameter.type), parameter.name);
    return text;
}

/// The key document, the constants in as few lines as they need.
std::string document_text(const jit::StoredKernel& kernel) {
    constexpr std::size_t indent = 4;
    constexpr std::string_view constant = "constant ";
    std::string constants;
    std::string lines;
    for (const auto& [name, value] : jit::fields_of(kernel.document)) {
        if (name.starts_with(constant)) {
            constants += fmt::format("{}{} = {}", constants.empty() ? "" : ", ", name.substr(constant.size()), value);
        } else {
            lines += wrapped(fmt::format("{} = {}", name, value), indent) + "\n";
        }
    }
    return lines + wrapped("constants", indent) + "\n" + wrapped(constants.empty() ? "none" : constants, 2 + indent);
}

std::string resources_text(const jit::KernelResources& resources) {
    return fmt::format("registers {}, shared memory {} bytes, spills {} bytes", resources.registers, resources.shared_bytes,
                       resources.spill_bytes);
}

/// "1.42x (31 samples, noise 2 %) on NAME of 8 units, 2026-11-28T09:00:00Z".
std::string measured_text(const jit::MeasuredBenefit& benefit) {
    constexpr double percent = 100;
    return fmt::format("{} ({} samples, noise {:.1f} %) on {} of {} units, {}", benefit_number(benefit.benefit),
                       benefit.samples, benefit.noise * percent, jit::field_value(benefit.device_class, "name"),
                       jit::field_value(benefit.device_class, "units"), core::utc_text(benefit.measured));
}

void print_kernel(const ShownKernel& shown) {
    constexpr std::size_t indent = 4;
    print(wrapped(shown.kernel.name, 2));
    print(wrapped(parameters_of(shown.kernel), indent));
    print(shown.resources ? wrapped(resources_text(*shown.resources), indent)
                          : wrapped("registers and spills: its compiler does not tell", indent));
    print(wrapped(fmt::format("reason: {}", shown.reason), indent));
    for (const auto& benefit : shown.benefits) print(wrapped(fmt::format("benefit: {}", measured_text(benefit)), indent));
    print(document_text(shown.kernel));
}

std::string log_text(const std::string& log) {
    if (log.empty()) return "  nothing";
    std::string text;
    std::string_view rest = log;
    while (!rest.empty()) {
        const auto line = rest.substr(0, rest.find('\n'));
        text += (text.empty() ? "" : "\n") + wrapped(line, 2);
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    }
    return text;
}

struct Shown {
    jit::ListedEntry listed;
    jit::CacheEntry entry;
    std::size_t binary_offset_bytes = 0;
    std::vector<ShownKernel> kernels;
};

void print_entry(const Shown& shown) {
    const auto& metadata = shown.entry.outline.metadata;
    constexpr double milliseconds = 1000;
    print(fmt::format(
        "key      {}\ndevice   {}\nbytes    {}, of them machine code {} from byte {}\n"
        "built    {} by Abut {} in {:.1f} s\nused     {} times{}\nbuilt for",
        shown.listed.key(), shown.listed.device, grouped(shown.listed.bytes), grouped(std::ssize(shown.entry.binary)),
        grouped(static_cast<std::int64_t>(shown.binary_offset_bytes)), core::utc_text(metadata.created), metadata.version,
        metadata.compile_ms / milliseconds, shown.listed.use.hits, shown.listed.pinned ? ", pinned" : ""));
    for (const auto& [name, value] : jit::fields_of(shown.entry.outline.identity))
        print(wrapped(fmt::format("{} = {}", name, value), 2));
    print("compiler's log");
    print(log_text(metadata.log));
    print("kernels");
    for (const auto& kernel : shown.kernels) print_kernel(kernel);
}

Json measured_json(const std::vector<jit::MeasuredBenefit>& benefits) {
    Json json = Json::array();
    for (const auto& benefit : benefits)
        json.push_back({{"device", jit::field_value(benefit.device_class, "name")},
                        {"units", std::atoll(jit::field_value(benefit.device_class, "units").c_str())},
                        {"benefit", benefit.benefit},
                        {"noise", benefit.noise},
                        {"samples", benefit.samples},
                        {"pays", benefit.pays()},
                        {"measured", core::utc_text(benefit.measured)}});
    return json;
}

Json kernel_json(const ShownKernel& shown) {
    Json json = Json::object();
    json["name"] = shown.kernel.name;
    json["key"] = shown.kernel.key;
    json["document"] = shown.kernel.document;
    json["guard"] = guards_of(shown.kernel.document);
    add_benefit_json({.kernel = &shown.kernel,
                      .benefit = shown.benefits.empty() ? nullptr : &shown.benefits.front(),
                      .reason = shown.reason},
                     json);
    json["measured"] = measured_json(shown.benefits);
    json["parameters"] = Json::array();
    for (const auto& parameter : shown.kernel.parameters)
        json["parameters"].push_back({{"name", parameter.name}, {"type", device::to_string(parameter.type)}});
    json["resources"] = nullptr;
    if (shown.resources)
        json["resources"] = {{"registers", shown.resources->registers},
                             {"shared_bytes", shown.resources->shared_bytes},
                             {"spill_bytes", shown.resources->spill_bytes}};
    return json;
}

std::string machine_code_of(const Shown& shown) {
    std::string text;
    for (const auto& kernel : shown.kernels) {
        auto code = machine_code_text(shown.entry.binary, kernel.kernel.name);
        // A cubin or PTX is all of the program.
        if (code == text) break;
        text += code;
    }
    return text;
}

Json entry_json(const Shown& shown, const CacheShowOptions& options, const std::string& directory) {
    const auto& metadata = shown.entry.outline.metadata;
    Json json = json_report("cache");
    json["cache"] = directory;
    json["key"] = shown.listed.key();
    json["device"] = shown.listed.device;
    json["bytes"] = shown.listed.bytes;
    json["binary_bytes"] = shown.entry.binary.size();
    json["binary_offset"] = shown.binary_offset_bytes;
    json["created"] = core::utc_text(metadata.created);
    json["version"] = metadata.version;
    json["compile_ms"] = metadata.compile_ms;
    json["hits"] = shown.listed.use.hits;
    json["pinned"] = shown.listed.pinned;
    json["identity"] = shown.entry.outline.identity;
    json["log"] = metadata.log;
    json["kernels"] = Json::array();
    for (const auto& kernel : shown.kernels) json["kernels"].push_back(kernel_json(kernel));
    if (options.source) json["source"] = shown.entry.source;
    if (options.machine_code) json["asm"] = machine_code_of(shown);
    return json;
}

/// What is known of the shown kernels beside the entry: its notes, and what else the directory has.
void add_benefits_to(std::vector<ShownKernel>& kernels, const jit::ListedEntry& entry,
                     const std::vector<jit::ListedEntry>& entries) {
    std::vector<std::string> documents;
    for (const auto& shown : kernels) documents.push_back(shown.kernel.document);
    for (const auto& other : entries) {
        for (const auto& kernel : other.outline.kernels) documents.push_back(kernel.document);
    }
    auto reasons = jit::variant_reasons(documents);
    auto reason = reasons.begin();
    for (auto& shown : kernels) {
        shown.reason = std::move(*reason++);
        std::ranges::copy_if(entry.measured.benefits, std::back_inserter(shown.benefits),
                             [&](const jit::MeasuredBenefit& benefit) { return benefit.document == shown.kernel.document; });
    }
}

Shown read_shown(const std::string& directory, const std::string& key) {
    const auto entries = jit::list_entries(directory);
    auto named = entry_named(entries, directory, key);
    const auto path = directory + "/" + named.entry.name;
    auto entry = jit::read_sound_entry(directory, named.entry.name);
    if (!entry) {
        core::fail(ErrorCode::IO, "'{}': expected a program of kernels of this version, found one that is {}; {}", path,
                   state_text(named.entry.is_sound() ? jit::EntryState::Damaged : named.entry.state),
                   named.entry.state == jit::EntryState::Newer ? "it belongs to a later Abut, which can show it"
                                                               : "delete the file, and it is built again when it is needed");
    }
    auto kernels = shown_kernels(entry->outline, named.variant);
    add_benefits_to(kernels, named.entry, entries);
    const auto start = jit::read_file(path, jit::entry_prefix_bytes());
    return {.listed = std::move(named.entry),
            .entry = *std::move(entry),
            .binary_offset_bytes = jit::read_sizes(start).binary_offset_bytes,
            .kernels = std::move(kernels)};
}

}  // namespace

int execute(const CacheShowOptions& options, Context& context) {
    const auto directory = context.cache_directory();
    const auto shown = read_shown(directory, options.key);
    if (context.json()) {
        print_json(entry_json(shown, options, directory));
    } else if (options.source) {
        print(shown.entry.source);
    } else if (options.machine_code) {
        print(machine_code_of(shown));
    } else {
        print_entry(shown);
    }
    return exit_done;
}

}  // namespace abut::cli
