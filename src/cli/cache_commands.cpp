// SPDX-License-Identifier: Apache-2.0
// The commands of `abut cache`.
#include <fmt/format.h>

#include "cli/cache_text.hpp"
#include "cli/command_table.hpp"
#include "jit/cache_events.hpp"

namespace abut::cli {

namespace {

void add_bundle(CLI::App& app, RawOptions& raw) {
    app.add_option("FILE", raw.bundle, "a file with compiled kernels, for caches elsewhere")
        ->required()
        ->check(require_text);
}

/// How a model is compiled.
void add_wanted(CLI::App& app, RawOptions& raw) {
    add_shapes(app, raw);
    add_concat(app, raw, {"slices", "copies", "both"});
    app.add_option("--arch", raw.arch, "for CUDA devices of an architecture, none of which needs to be here: sm_90a")
        ->check(require_text);
    add_memory_limit(app, raw);
    add_place(app, raw);
    add_cost_model(app, raw);
    add_winograd(app, raw);
    add_variant_budget(app, raw);
}

std::string require_duration(const std::string& text) {
    return parse_duration(text) ? "" : fmt::format("'{}': expected a time such as 90s, 30m, 12h, 7d or 2w", text);
}

CLI::Option* add_duration(CLI::App& app, const char* name, std::optional<std::int64_t>& seconds, const char* help) {
    return app
        .add_option_function<std::string>(
            name, [&seconds](const std::string& text) { seconds = parse_duration(text); }, help)
        ->check(require_duration);
}

void add_list(CLI::App& app, RawOptions& raw) {
    auto& list = raw.cache_list;
    app.add_option("--kernel", list.kernel, "only programs that have such a kernel: conv2d")->check(require_text);
    app.add_option("--device", list.device, "only those for devices that have this in their name")->check(require_text);
    add_duration(app, "--older", list.older_seconds, "only those that were not used for so long: 90s, 30m, 12h, 7d, 2w");
    app.add_flag("--pinned", list.pinned, "only those that are pinned");
    app.add_option("--sort", list.sort, "the order of rows; what is least comes first")
        ->check(CLI::IsMember({"key", "kernel", "device", "size", "age", "hits", "compile", "benefit"}))
        ->capture_default_str();
    app.add_option("--benefit", list.benefit,
                   "only programs with a variant that was measured to be faster than its generic one (paid), not to be "
                   "(unpaid), or not measured (none)")
        ->check(CLI::IsMember({"paid", "unpaid", "none"}));
    app.add_flag("--variants", list.variants, "a row a variant, not a program");
}

void add_show(CLI::App& app, RawOptions& raw) {
    auto& show = raw.cache_show;
    app.add_option("KEY", show.key, "of a program or of a variant, as `abut cache ls` lists it, or its first characters")
        ->required()
        ->check(require_text);
    auto* source = app.add_flag("--source", show.source, "print the source that was compiled instead");
    app.add_flag("--asm", show.machine_code, "print the machine code instead: by objdump or nvdisasm")->excludes(source);
}

void add_ban(CLI::App& app, RawOptions& raw) {
    app.add_option("KEY", raw.cache_show.key,
                   "of a variant, as `abut cache ls --variants` lists it, or its first characters")
        ->required()
        ->check(require_text);
}

void add_log(CLI::App& app, RawOptions& raw) {
    add_duration(app, "--since", raw.cache_log.since_seconds, "only what happened so lately: 90s, 30m, 12h, 7d, 2w");
    app.add_option("--event", raw.cache_log.event, "only such events")
        ->check(CLI::IsMember(std::vector<std::string>(jit::event_names::all.begin(), jit::event_names::all.end())));
}

void add_unpin(CLI::App& app, RawOptions& raw) {
    app.add_option("MODEL", raw.model, "an ONNX file or zoo:NAME; without one all that is pinned")->check(require_text);
    add_wanted(app, raw);
}

void add_dry_run(CLI::App& app, RawOptions& raw) {
    app.add_flag("--dry-run", raw.dry_run, "remove nothing, say what would go");
}

void add_remove(CLI::App& app, RawOptions& raw) {
    app.add_option("--where", raw.where, "FIELD=VALUE: only programs with that; all of several have to hold")
        ->required()
        ->allow_extra_args(false)
        ->option_text("TEXT (one each time)");
    add_dry_run(app, raw);
}

void add_prune(CLI::App& app, RawOptions& raw) {
    add_duration(app, "--older", raw.cache_prune.older_seconds, "also what was not used for so long: 90s, 30m, 12h, 7d, 2w");
    add_dry_run(app, raw);
}

constexpr Command commands_of_quarantine[] = {
    {"ls", "list programs that were found damaged or refused, each with the reason", [](CLI::App&, RawOptions&) {},
     [](const RawOptions&) -> CommandOptions { return CacheQuarantineOptions{}; }},
};

constexpr Command commands_of_cache[] = {
    {"warm", "compile all kernels of a model, and run nothing",
     [](CLI::App& app, RawOptions& raw) {
         add_model(app, raw);
         add_wanted(app, raw);
     },
     [](const RawOptions& raw) -> CommandOptions { return warm_options(raw); }},
    {"export", "write all compiled kernels to a file", [](CLI::App& app, RawOptions& raw) { add_bundle(app, raw); },
     [](const RawOptions& raw) -> CommandOptions { return CacheExportOptions{.file = raw.bundle}; }},
    {"import", "take compiled kernels from such a file", [](CLI::App& app, RawOptions& raw) { add_bundle(app, raw); },
     [](const RawOptions& raw) -> CommandOptions { return CacheImportOptions{.file = raw.bundle}; }},
    {"ls", "list compiled kernels", add_list, [](const RawOptions& raw) -> CommandOptions { return raw.cache_list; }},
    {"show", "say what a program of kernels was built for, and what is in it", add_show,
     [](const RawOptions& raw) -> CommandOptions { return raw.cache_show; }},
    {"explain", "say why kernels are not in the cache, or were not: what the nearest that is there has else",
     [](CLI::App& app, RawOptions& raw) {
         app.add_option("SUBJECT", raw.cache_subjects, "a model, a key of a program or variant, or two keys")
             ->required()
             ->expected(1, 2)
             ->check(require_text);
         add_wanted(app, raw);
     },
     [](const RawOptions& raw) -> CommandOptions { return explain_options(raw); }},
    {"verify", "read every program of kernels as a whole, and name those that are damaged", [](CLI::App&, RawOptions&) {},
     [](const RawOptions&) -> CommandOptions { return CacheVerifyOptions{}; }},
    {"log", "say what happened: misses, evictions, quarantines, each with the reason as it was then", add_log,
     [](const RawOptions& raw) -> CommandOptions { return raw.cache_log; }},
    {"stats", "say what the cache amounts to", [](CLI::App&, RawOptions&) {},
     [](const RawOptions&) -> CommandOptions { return CacheStatsOptions{}; }},
    {"pin", "keep the kernels of a model, whatever else has to go",
     [](CLI::App& app, RawOptions& raw) {
         add_model(app, raw);
         add_wanted(app, raw);
     },
     [](const RawOptions& raw) -> CommandOptions { return CachePinOptions{.model = warm_options(raw)}; }},
    {"unpin", "take that back", add_unpin, [](const RawOptions& raw) -> CommandOptions { return unpin_options(raw); }},
    {"rm", "remove the programs that have some field, but for those that are pinned", add_remove,
     [](const RawOptions& raw) -> CommandOptions { return remove_options(raw); }},
    {"prune", "remove what was not used for longest, down to --cache-limit", add_prune,
     [](const RawOptions& raw) -> CommandOptions {
         return CachePruneOptions{.older_seconds = raw.cache_prune.older_seconds, .dry_run = raw.dry_run};
     }},
    {"bisect", "say which of a model's kernels give wrong results: against the weakest variants, compiled anew",
     [](CLI::App& app, RawOptions& raw) {
         add_model(app, raw);
         add_tolerance(app, raw);
         add_wanted(app, raw);
     },
     [](const RawOptions& raw) -> CommandOptions {
         return CacheBisectOptions{.model = warm_options(raw), .rtol = raw.rtol, .atol = raw.atol};
     }},
    {"ban", "never load or build a variant again: the weakest variant serves in its place", add_ban,
     [](const RawOptions& raw) -> CommandOptions { return CacheBanOptions{.key = raw.cache_show.key}; }},
    {"unban", "take that back", add_ban,
     [](const RawOptions& raw) -> CommandOptions { return CacheBanOptions{.key = raw.cache_show.key, .banned = false}; }},
    {"doctor", "say whether directory, disk, drivers and PoCL's own cache are in order, and what to do",
     [](CLI::App&, RawOptions&) {}, [](const RawOptions&) -> CommandOptions { return CacheDoctorOptions{}; }},
};

}  // namespace

std::span<const Command> cache_commands() {
    return commands_of_cache;
}

std::span<const Command> quarantine_commands() {
    return commands_of_quarantine;
}

}  // namespace abut::cli
