// SPDX-License-Identifier: Apache-2.0
#include "cli/raw_options.hpp"

#include <charconv>
#include <map>
#include <utility>

#include "cli/parse_rung.hpp"
#include "cli/usage_error.hpp"

namespace abut::cli {

namespace {

const std::map<std::string, std::vector<ConcatMode>> modes_by_name = {
    {"slices", {ConcatMode::Slices}},
    {"copies", {ConcatMode::Copies}},
    {"both", {ConcatMode::Slices, ConcatMode::Copies}},
};

const std::map<std::string, std::vector<Execution>> executions_by_name = {
    {"launches", {Execution::Launches}},
    {"persistent", {Execution::Persistent}},
    {"background", {Execution::Background}},
    {"both", {Execution::Launches, Execution::Persistent}},
};

const std::map<std::string, CacheMode> cache_modes_by_name = {
    {"use", CacheMode::Use}, {"read-only", CacheMode::ReadOnly}, {"require", CacheMode::Require}};

const std::map<std::string, CostModelChoice> cost_models_by_name = {{"bytes", CostModelChoice::Bytes},
                                                                    {"calibrated", CostModelChoice::Calibrated}};

std::pair<std::string, std::string> split_assignment(const std::string& text, const char* option, const char* example) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
        fail_usage("{} '{}': expected {}", option, text, example);
    }
    return {text.substr(0, equals), text.substr(equals + 1)};
}

Shape parse_shape(const std::string& text, const std::string& option) {
    Shape shape;
    const char* next = text.data();
    const char* const end = next + text.size();
    while (true) {
        std::int64_t extent = 0;
        const auto [stop, error] = std::from_chars(next, end, extent);
        const bool valid =
            error == std::errc{} && extent >= 1 && (stop == end || *stop == 'x') && shape.rank() < Dims::max_rank;
        if (!valid) fail_usage("--shape '{}': expected NAME=1x3x224x224, extents of 1 and more", option);
        shape.push_back(extent);
        if (stop == end) return shape;
        next = stop + 1;
    }
}

ModelOptions model_options(const std::string& model, const RawOptions& raw) {
    ModelOptions options{.model = model, .shapes = {}};
    for (const std::string& text : raw.shapes) {
        const auto [name, extents] = split_assignment(text, "--shape", "NAME=1x3x224x224");
        if (!options.shapes.emplace(name, parse_shape(extents, text)).second) fail_usage("--shape gives '{}' twice", name);
    }
    return options;
}

CostModelChoice cost_model_or(CostModelChoice otherwise, const RawOptions& raw) {
    return raw.cost_model.empty() ? otherwise : cost_models_by_name.at(raw.cost_model);
}

/// `--cache` names a directory or a server, and `--cache-dir` the directory in front of a server.
void set_cache_places(const RawOptions& raw, CommonOptions& options) {
    auto& remote = options.cache_remote;
    if (options.cache.find("://") != std::string::npos) {
        remote.url = std::exchange(options.cache, {});
        if (remote.key_file.empty())
            fail_usage("--cache {}: expected --cache-key FILE, whose key tells entries of yours from those of others",
                       remote.url);
    } else if (!remote.key_file.empty() || !remote.password_file.empty() || !remote.ca_file.empty() || remote.read_only) {
        fail_usage(
            "--cache-key, --cache-password, --cache-ca and --cache-fetch-only: expected --cache redis://HOST beside them");
    }
    if (raw.cache_directory.empty()) return;
    if (!options.cache.empty()) fail_usage("--cache and --cache-dir name two directories: expected one");
    options.cache = raw.cache_directory;
}

}  // namespace

CommonOptions common_options(const RawOptions& raw) {
    CommonOptions options = raw.common;
    if (!raw.arch.empty()) {
        const bool is_free = options.device == CommonOptions{}.device || options.device == "cuda";
        if (!is_free) fail_usage("--arch {}: expected --device cuda, found --device {}", raw.arch, options.device);
        options.device = "cuda:" + raw.arch;
    }
    set_cache_places(raw, options);
    options.cache_mode = cache_modes_by_name.at(raw.cache_mode);
    if (raw.threads > 0) options.threads = raw.threads;
    if (!raw.kernels.empty()) options.kernels = raw.kernels == "gpu" ? KernelFamily::Gpu : KernelFamily::Cpu;
    return options;
}

RunOptions run_options(const RawOptions& raw) {
    RunOptions options{.model = model_options(raw.model, raw),
                       .inputs = {},
                       .output_directory = {},
                       .concat = modes_by_name.at(raw.concat)[0],
                       .check = raw.check,
                       .memory_limit_bytes = raw.memory_limit_bytes,
                       .forced_rungs = parse_rungs(raw.rungs),
                       .cost_model = cost_model_or(CostModelChoice::Stored, raw),
                       .winograd = raw.winograd,
                       .variant_budget = raw.variant_budget};
    if (!raw.output.empty()) options.output_directory = raw.output;
    for (const std::string& text : raw.inputs) {
        const auto [name, file] = split_assignment(text, "--input", "NAME=FILE.npy");
        if (!options.inputs.emplace(name, file).second) fail_usage("--input gives '{}' twice", name);
    }
    return options;
}

VerifyOptions verify_options(const RawOptions& raw) {
    return {.directories = raw.directories,
            .concat = modes_by_name.at(raw.concat)[0],
            .rtol = raw.rtol,
            .atol = raw.atol,
            .check = raw.check,
            .winograd = raw.winograd};
}

PlanOptions plan_options(const RawOptions& raw) {
    PlanOptions options{.model = model_options(raw.model, raw),
                        .html = {},
                        .annotated = {},
                        .support = raw.support,
                        .memory_limit_bytes = raw.memory_limit_bytes,
                        .forced_rungs = parse_rungs(raw.rungs),
                        .cost_model = cost_model_or(CostModelChoice::Bytes, raw)};
    if (!raw.html.empty()) options.html = raw.html;
    if (!raw.annotated.empty()) options.annotated = raw.annotated;
    return options;
}

BenchOptions bench_options(const RawOptions& raw) {
    BenchOptions options{.models = {},
                         .modes = modes_by_name.at(raw.concat),
                         .executions = executions_by_name.at(raw.execution),
                         .runs = raw.runs,
                         .check = raw.check,
                         .profile = raw.profile,
                         .winograd = raw.winograd,
                         .variant_budget = raw.variant_budget,
                         .memory_limit_bytes = raw.memory_limit_bytes,
                         .forced_rungs = parse_rungs(raw.rungs),
                         .cost_model = cost_model_or(CostModelChoice::Stored, raw)};
    for (const std::string& model : raw.models) options.models.push_back(model_options(model, raw));
    if (!raw.trace.empty()) options.trace = raw.trace;
    const bool one = options.models.size() == 1 && options.modes.size() == 1;
    if (options.trace && !one)
        fail_usage("--trace {}: expected one model and one way of joining concats", raw.trace.string());
    return options;
}

CacheWarmOptions warm_options(const RawOptions& raw) {
    return {.model = model_options(raw.model, raw),
            .modes = modes_by_name.at(raw.concat),
            .memory_limit_bytes = raw.memory_limit_bytes,
            .forced_rungs = parse_rungs(raw.rungs),
            .cost_model = cost_model_or(CostModelChoice::Stored, raw),
            .winograd = raw.winograd,
            .variant_budget = raw.variant_budget};
}

CacheExplainOptions explain_options(const RawOptions& raw) {
    CacheExplainOptions options{.subjects = raw.cache_subjects, .wanted = warm_options(raw)};
    options.wanted.model = model_options(raw.cache_subjects.front(), raw);
    return options;
}

CacheUnpinOptions unpin_options(const RawOptions& raw) {
    if (raw.model.empty()) return {};
    return {.model = warm_options(raw)};
}

CacheRemoveOptions remove_options(const RawOptions& raw) {
    CacheRemoveOptions options{.where = {}, .dry_run = raw.dry_run};
    for (const std::string& text : raw.where) {
        auto [field, value] = split_assignment(text, "--where", "FIELD=VALUE, kernel=conv2d for instance");
        options.where.push_back({.field = std::move(field), .value = std::move(value)});
    }
    return options;
}

TuneOptions tune_options(const RawOptions& raw) {
    TuneOptions options{.models = {}, .keep_costs = raw.keep_costs, .collapse = raw.collapse, .tiles = raw.tiles};
    for (const std::string& model : raw.models) options.models.push_back(model_options(model, raw));
    return options;
}

}  // namespace abut::cli
