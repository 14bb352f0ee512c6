// SPDX-License-Identifier: Apache-2.0
// `abut cache show` and `abut cache verify`: what lies in a cache's files, read as a whole.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/cache_keys.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/print.hpp"
#include "core/fail.hpp"
#include "jit/cache_list.hpp"
#include "onnx/file_text.hpp"

namespace abut::cli {

namespace {

/// "a pointer x, long x_offset", indented, in lines of at most 100 columns.
std::string parameters_of(const jit::StoredKernel& kernel) {
    constexpr std::size_t columns = 100;
    std::string text;
    std::string line = "   ";
    for (const auto& parameter : kernel.parameters) {
        const bool is_last = &parameter == &kernel.parameters.back();
        const auto word = fmt::format(" {} {}{}", device::to_string(parameter.type), parameter.name, is_last ? "" : ",");
        if (line.size() + word.size() > columns) text += std::exchange(line, "   ") + "\n";
        line += word;
    }
    return text + line;
}

Json kernel_json(const jit::StoredKernel& kernel) {
    Json json = Json::object();
    json["name"] = kernel.name;
    json["key"] = kernel.key;
    json["parameters"] = Json::array();
    for (const auto& parameter : kernel.parameters)
        json["parameters"].push_back({{"name", parameter.name}, {"type", device::to_string(parameter.type)}});
    return json;
}

void print_entry(const jit::ListedEntry& listed, const jit::CacheEntry& entry) {
    print(fmt::format("key      {}\ndevice   {}\nbytes    {}, of them machine code {}\nbuilt for", listed.key(),
                      listed.device, grouped(listed.bytes), grouped(std::ssize(entry.binary))));
    std::string_view identity = entry.outline.identity;
    while (!identity.empty()) {
        const auto line = identity.substr(0, identity.find('\n'));
        print(fmt::format("  {}", line));
        identity.remove_prefix(std::min(line.size() + 1, identity.size()));
    }
    print("kernels");
    for (const auto& kernel : entry.outline.kernels) print(fmt::format("  {}\n{}", kernel.name, parameters_of(kernel)));
}

}  // namespace

int execute(const CacheShowOptions& options, Context& context) {
    const auto directory = context.cache_directory();
    const auto listed = entry_named(jit::list_entries(directory), directory, options.key).entry;
    const auto entry = jit::read_sound_entry(directory, listed.name);
    if (!entry) {
        core::fail(ErrorCode::IO,
                   "'{}/{}': expected a program of kernels of this version, found one that is damaged or of another; {}",
                   directory, listed.name, "delete the file, and it is built again when it is needed");
    }
    if (!context.json()) {
        print_entry(listed, *entry);
        return exit_done;
    }
    Json json = json_report("cache");
    json["cache"] = directory;
    json["key"] = listed.key();
    json["device"] = listed.device;
    json["bytes"] = listed.bytes;
    json["binary_bytes"] = entry->binary.size();
    json["identity"] = entry->outline.identity;
    json["kernels"] = Json::array();
    for (const auto& kernel : entry->outline.kernels) json["kernels"].push_back(kernel_json(kernel));
    print_json(json);
    return exit_done;
}

int execute(const CacheVerifyOptions&, Context& context) {
    const auto directory = context.cache_directory();
    std::vector<std::string> damaged;
    const auto entries = jit::list_entries(directory);
    for (const auto& entry : entries) {
        std::optional<jit::CacheEntry> sound;
        try {
            sound = jit::read_sound_entry(directory, entry.name);
        } catch (const Error& error) {  // a cache does not use it either
            context.note(error.what());
        }
        // Those of other versions are no findings: nothing reads them.
        const bool is_ours = entry.state == jit::EntryState::Sound || entry.state == jit::EntryState::Damaged;
        if (!sound && is_ours) damaged.push_back(entry.key());
    }
    if (context.json()) {
        Json json = json_report("cache");
        json["cache"] = directory;
        json["entries"] = entries.size();
        json["damaged"] = damaged;
        print_json(json);
    } else {
        for (const auto& key : damaged) print(fmt::format("{}  damaged: it is never used", key));
        print(fmt::format("{} programs of kernels, {} damaged", entries.size(), damaged.size()));
    }
    return damaged.empty() ? exit_done : exit_findings;
}

}  // namespace abut::cli
