// SPDX-License-Identifier: Apache-2.0
// `abut cache pin` and `unpin`: what eviction leaves alone.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cli/cache_model.hpp"
#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "core/fail.hpp"
#include "core/printable.hpp"
#include "jit/cache_files.hpp"
#include "jit/cache_list.hpp"
#include "jit/cache_usage.hpp"

namespace abut::cli {

namespace {

using Entries = std::vector<jit::ListedEntry>;
using Variants = std::vector<jit::WantedVariant>;

bool holds(const jit::ListedEntry& entry, const jit::WantedVariant& variant) {
    return entry.outline.identity == variant.identity &&
           std::ranges::find(entry.outline.kernels, variant.document, &jit::StoredKernel::document) !=
               entry.outline.kernels.end();
}

std::size_t count_held(const jit::ListedEntry& entry, const Variants& variants) {
    return static_cast<std::size_t>(
        std::ranges::count_if(variants, [&](const jit::WantedVariant& variant) { return holds(entry, variant); }));
}

Variants variants_of(const CacheWarmOptions& model, Context& context) {
    const Device device = context.open_device();
    return wanted_variants(model, device, context);
}

/// A few files that hold all that some file holds of the variants, which lose it: the one that holds most first.
std::set<std::string> covering_files(const Entries& entries, Variants& variants) {
    std::set<std::string> files;
    while (!variants.empty()) {
        const auto best = std::ranges::max_element(
            entries, {}, [&](const jit::ListedEntry& entry) { return count_held(entry, variants); });
        if (best == entries.end() || count_held(*best, variants) == 0) break;
        files.insert(best->name);
        std::erase_if(variants, [&](const jit::WantedVariant& variant) { return holds(*best, variant); });
    }
    return files;
}

int report(const char* done, const std::set<std::string>& files, Context& context) {
    if (!context.json()) {
        print(fmt::format("{} programs of kernels {}", files.size(), done));
        return exit_done;
    }
    Json json = json_report("cache");
    json["cache"] = context.cache_directory();
    json[done] = Json::array();
    for (const auto& file : files) json[done].push_back(jit::key_of_file(file));
    print_json(json);
    return exit_done;
}

std::set<std::string> pinned_files(const Entries& entries) {
    std::set<std::string> files;
    for (const auto& entry : entries) {
        if (entry.pinned) files.insert(entry.name);
    }
    return files;
}

}  // namespace

int execute(const CachePinOptions& options, Context& context) {
    const auto directory = context.cache_directory();
    const auto entries = jit::list_entries(directory);
    auto variants = variants_of(options.model, context);
    const auto count = variants.size();
    const auto files = covering_files(entries, variants);
    if (!variants.empty()) {
        core::fail(ErrorCode::NotCached,
                   "{} of the {} kernels of '{}' are not in '{}', and nothing was pinned; compile them by `abut cache warm`",
                   variants.size(), count, core::printable(options.model.model.model), directory);
    }
    jit::require_directory(directory);
    for (const auto& file : files) jit::set_pinned(directory, file, true);
    return report("pinned", files, context);
}

int execute(const CacheUnpinOptions& options, Context& context) {
    const auto directory = context.cache_directory();
    const auto entries = jit::list_entries(directory);
    auto files = pinned_files(entries);
    if (options.model) {
        const auto variants = variants_of(*options.model, context);
        for (const auto& entry : entries) {
            if (count_held(entry, variants) == 0) files.erase(entry.name);
        }
    }
    for (const auto& file : files) jit::set_pinned(directory, file, false);
    return report("unpinned", files, context);
}

}  // namespace abut::cli
