// SPDX-License-Identifier: Apache-2.0
#include "cli/parse_options.hpp"

#include <CLI/CLI.hpp>
#include <span>
#include <sstream>
#include <utility>

#include "abut/version.hpp"
#include "cli/command_table.hpp"
#include "cli/raw_options.hpp"
#include "cli/usage_error.hpp"
#include "jit/redis_url.hpp"

namespace abut::cli {

namespace {

std::string require_cache(const std::string& text) {
    constexpr std::size_t longest_path_bytes = 4096;  // PATH_MAX of Linux
    if (text.empty()) return "expected a directory, redis://HOST or off, found nothing";
    if (text.size() > longest_path_bytes)
        return fmt::format("expected a path of at most {} bytes, found {}", longest_path_bytes, text.size());
    if (text.find("://") == std::string::npos) return {};
    try {
        jit::parse_redis_url(text);
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

void add_common(CLI::App& app, RawOptions& raw) {
    if (app.get_option_no_throw("--device") == nullptr) {  // a filter of the same name
        app.add_option("--device", raw.common.device, "opencl:0, cuda:0, ... as `abut devices` lists them")
            ->capture_default_str()
            ->each([&raw](const std::string&) { raw.common.names_device = true; });
    }
    app.add_option("--kernels", raw.kernels, "the kernels to use: cpu or gpu")->check(CLI::IsMember({"cpu", "gpu"}));
    app.add_option("--threads", raw.threads, "threads of a CPU device")->check(CLI::Range(1, 1 << 12));
    app.add_option("--cache,--dir", raw.common.cache,
                   "directory of compiled kernels, or off, or redis://[USER@]HOST[:PORT][/DATABASE] (rediss:// through TLS)")
        ->check(require_cache);
    app.add_option("--cache-dir", raw.cache_directory, "directory in front of such a server")->check(require_text);
    app.add_option("--cache-key", raw.common.cache_remote.key_file,
                   "file with the key that authenticates what the server has")
        ->check(require_text);
    app.add_option("--cache-password", raw.common.cache_remote.password_file, "file with the server's password")
        ->check(require_text);
    app.add_option("--cache-ca", raw.common.cache_remote.ca_file,
                   "file with certificates of who may have signed the server's")
        ->check(require_text);
    app.add_flag("--cache-fetch-only", raw.common.cache_remote.read_only, "never write to the server");
    app.add_option("--cache-mode", raw.cache_mode,
                   "use: keep what is compiled; read-only: write nothing; require: compile nothing, name what is missing")
        ->check(CLI::IsMember({"use", "read-only", "require"}))
        ->capture_default_str();
    app.add_option("--cache-limit", raw.common.cache_limit_bytes, "bytes that compiled kernels may take in the directory")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 62))
        ->capture_default_str();
    app.add_option("--cache-overlay", raw.common.cache_overlays, "a directory of compiled kernels that is only read")
        ->check(require_text)
        ->allow_extra_args(false)
        ->option_text("TEXT (one each time)");
    app.add_flag("--json", raw.common.json, "print JSON");
}

void add_execution(CLI::App& app, RawOptions& raw) {
    app.add_option("--execution", raw.execution, "how steps run: launches, or all in one persistent kernel on a CPU")
        ->check(CLI::IsMember({"launches", "persistent", "background", "both"}))
        ->capture_default_str();
}

void add_check(CLI::App& app, RawOptions& raw) {
    app.add_flag("--check", raw.check, "run step by step, three times, and find steps that touch what they must not");
}

constexpr Command commands[] = {
    {"run", "run a model once",
     [](CLI::App& app, RawOptions& raw) {
         add_model(app, raw);
         add_shapes(app, raw);
         add_concat(app, raw, {"slices", "copies"});
         app.add_option("--input", raw.inputs, "NAME=FILE.npy; inputs not given are uniform in [0, 1), seeded")
             ->allow_extra_args(false)
             ->option_text("TEXT (one each time)");
         add_memory_limit(app, raw);
         add_place(app, raw);
         add_cost_model(app, raw);
         app.add_option("--output-dir", raw.output, "gets one NAME.npy an output")->check(require_text);
         add_winograd(app, raw);
         add_variant_budget(app, raw);
         add_check(app, raw);
     },
     [](const RawOptions& raw) -> CommandOptions { return run_options(raw); }},
    {"verify", "compare models with the outputs beside them",
     [](CLI::App& app, RawOptions& raw) {
         app.add_option("DIR", raw.directories, "a case (model.onnx, test_data_set_N), or a directory of such")
             ->required()
             ->check(require_text);
         add_concat(app, raw, {"slices", "copies"});
         add_winograd(app, raw);
         add_tolerance(app, raw);
         add_check(app, raw);
     },
     [](const RawOptions& raw) -> CommandOptions { return verify_options(raw); }},
    {"plan", "show where every value lives, and why",
     [](CLI::App& app, RawOptions& raw) {
         add_model(app, raw);
         add_shapes(app, raw);
         auto* html = app.add_option("--html", raw.html, "gets a page that shows the plan")->check(require_text);
         auto* annotated = app.add_option("--annotate", raw.annotated, "gets the ONNX model with the plan as metadata");
         annotated->check(require_text);
         add_memory_limit(app, raw);
         add_place(app, raw);
         add_cost_model(app, raw);
         app.add_flag("--support", raw.support, "show which nodes have kernels instead")
             ->excludes(html)
             ->excludes(annotated);
     },
     [](const RawOptions& raw) -> CommandOptions { return plan_options(raw); }},
    {"bench", "measure models",
     [](CLI::App& app, RawOptions& raw) {
         app.add_option("MODEL", raw.models, "ONNX files or zoo:NAME")->required()->check(require_text);
         add_shapes(app, raw);
         add_concat(app, raw, {"slices", "copies", "both"});
         add_execution(app, raw);
         app.add_option("--runs", raw.runs, "measured runs of each mode")
             ->check(CLI::Range(1, 1 << 30))
             ->capture_default_str();
         add_memory_limit(app, raw);
         add_place(app, raw);
         add_cost_model(app, raw);
         add_check(app, raw);
         add_winograd(app, raw);
         add_variant_budget(app, raw);
         app.add_flag("--profile", raw.profile,
                      "measure each step inside the persistent kernel, and what the machine could do");
         app.add_option("--trace", raw.trace, "gets each tile's time as a trace that Perfetto reads")->check(require_text);
     },
     [](const RawOptions& raw) -> CommandOptions { return bench_options(raw); }},
    {"tune",
     "measure what copies, stores and segments take on a device, by which its plans go from then on, in which tiles the "
     "models' kernels are fastest, and what their variants gain",
     [](CLI::App& app, RawOptions& raw) {
         app.add_option("MODEL", raw.models,
                        "ONNX files or zoo:NAME whose plans are compared and whose tiles and variants are measured")
             ->check(require_text);
         add_shapes(app, raw);
         app.add_flag("--keep-costs", raw.keep_costs,
                      "measure tiles and variants only; plans go by what was measured before");
         app.add_flag(
             "--tiles,!--no-tiles", raw.tiles,
             "measure in which tiles the models' kernels are fastest (the default, on CPUs), or go back to those that "
             "are estimated, for all models");
         app.add_flag(
             "--collapse,!--no-collapse", raw.collapse,
             "let generic variants serve where a class of variants never paid on such a device (the default), or let "
             "none that has collapsed stay so");
     },
     [](const RawOptions& raw) -> CommandOptions { return tune_options(raw); }},
    {"devices", "list the devices that are here", [](CLI::App&, RawOptions&) {},
     [](const RawOptions&) -> CommandOptions { return DevicesOptions{}; }},
};

constexpr Command zoo_commands[] = {
    {"list", "list the networks", [](CLI::App&, RawOptions&) {},
     [](const RawOptions&) -> CommandOptions { return ZooListOptions{}; }},
    {"write", "write a network as an ONNX file",
     [](CLI::App& app, RawOptions& raw) {
         app.add_option("NAME", raw.zoo.network, "NAME or NAME:KEY=VALUE,...")->required()->check(require_text);
         app.add_option("-o,--output", raw.zoo.output, "the file to write")->required()->check(require_text);
         app.add_option("--seed", raw.zoo.seed, "of the weights")->capture_default_str();
         app.add_option("--batch", raw.zoo.batch, "images at a time")->check(CLI::Range(1, 1 << 20))->capture_default_str();
     },
     [](const RawOptions& raw) -> CommandOptions { return raw.zoo; }},
};

void add_commands(CLI::App& app, std::span<const Command> list, RawOptions& raw,
                  std::map<const CLI::App*, const Command*>& parsed) {
    for (const Command& command : list) {
        CLI::App* sub = app.add_subcommand(command.name, command.help);
        command.add(*sub, raw);
        add_common(*sub, raw);
        parsed[sub] = &command;
    }
}

std::string command_names(const CLI::App& app) {
    std::string names;
    for (const CLI::App* command : app.get_subcommands({})) names += (names.empty() ? "" : ", ") + command->get_name();
    return names;
}

// CLI11 would ask for a command before it names the word that is none, so it leaves both to the caller.
const CLI::App& chosen_command(const CLI::App& app) {
    if (app.get_subcommands().empty()) fail_usage("expected a command of {}: {}", app.get_name(), command_names(app));
    const CLI::App& command = *app.get_subcommands().front();
    return command.get_subcommands({}).empty() ? command : chosen_command(command);
}

}  // namespace

std::variant<Options, HelpText> parse_options(int argument_count, const char* const* arguments) {
    RawOptions raw;
    std::map<const CLI::App*, const Command*> by_parser;
    CLI::App app("Runs networks whose concats copy nothing: every producer stores into its slice of one buffer.", "abut");
    app.set_version_flag("--version", fmt::format("abut {}", version()));
    app.require_subcommand(0, 1);
    add_common(app, raw);
    add_commands(app, commands, raw, by_parser);
    const auto add_group = [&](CLI::App& above, const char* name, const char* help, std::span<const Command> list) {
        CLI::App* group = above.add_subcommand(name, help);
        group->require_subcommand(0, 1);
        add_common(*group, raw);
        add_commands(*group, list, raw, by_parser);
        return group;
    };
    add_group(app, "zoo", "networks with seeded weights", zoo_commands);
    auto* cache = add_group(app, "cache", "the directory of compiled kernels", cache_commands());
    add_group(*cache, "quarantine", "programs that were set aside", quarantine_commands());
    try {
        app.parse(argument_count, arguments);
    } catch (const CLI::Success& help) {
        std::ostringstream text;
        app.exit(help, text, text);
        return HelpText{text.str()};
    } catch (const CLI::ParseError& error) {
        fail_usage("{} (abut --help says more)", error.what());
    }
    return Options{common_options(raw), by_parser.at(&chosen_command(app))->options(raw)};
}

}  // namespace abut::cli
