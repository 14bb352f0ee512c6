// SPDX-License-Identifier: Apache-2.0
// `abut cache warm`, `export` and `import`: what fills a cache.
#include <fmt/format.h>

#include <chrono>
#include <span>

#include "abut/program.hpp"
#include "cli/cache_model.hpp"
#include "cli/commands.hpp"
#include "cli/load_model.hpp"
#include "cli/print.hpp"
#include "cli/progress_bar.hpp"
#include "core/printable.hpp"
#include "jit/cache_bundle.hpp"
#include "jit/cache_files.hpp"
#include "onnx/file_text.hpp"
#include "onnx/publish_file.hpp"
#include "onnx/with_name.hpp"
#include "program/kernel_specs.hpp"

namespace abut::cli {

namespace {

using Clock = std::chrono::steady_clock;

std::string mode_name(ConcatMode mode) {
    return mode == ConcatMode::Slices ? "slices" : "copies";
}

/// What was built for a model in one mode.
struct Warmed {
    ConcatMode mode = ConcatMode::Slices;
    ProgramStatistics statistics;
    double seconds = 0;
};

Warmed warm_mode(const CacheWarmOptions& options, ConcatMode mode, const Device& device, Context& context) {
    const auto start = Clock::now();
    ProgressBar bar;
    CompileOptions compile = compile_options(options, mode, device);
    compile.progress = bar.callback();
    Graph graph = load_model(options.model, {}, context);
    Warmed warmed{.mode = mode};
    const auto make_directory = [&] { jit::prepare_directory(context.cache_directory()); };
    onnx::with_name(core::printable(options.model.model),
                    [&] { warmed.statistics = programs::warm(std::move(graph), device, compile, make_directory); });
    warmed.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return warmed;
}

std::string line_of(const Warmed& warmed) {
    const auto& built = warmed.statistics;
    return fmt::format("{}: {} kernels, {} compiled, {} loaded, {:.1f} s", mode_name(warmed.mode), built.variants,
                       built.variants_compiled, built.variants - built.variants_compiled, warmed.seconds);
}

Json json_of(const Warmed& warmed) {
    const auto& built = warmed.statistics;
    Json json = Json::object();
    json["concat"] = mode_name(warmed.mode);
    json["kernels"] = built.variants;
    json["compiled"] = built.variants_compiled;
    json["loaded"] = built.variants - built.variants_compiled;
    json["seconds"] = warmed.seconds;
    return json;
}

Json transfer_json(const Context& context, const std::filesystem::path& file) {
    Json json = json_report("cache");
    json["cache"] = context.cache_directory();
    json["file"] = file.string();
    return json;
}

}  // namespace

int execute(const CacheWarmOptions& options, Context& context) {
    const auto directory = context.cache_directory();
    const Device device = context.open_device();
    std::vector<Warmed> warmed;
    for (const auto mode : options.modes) warmed.push_back(warm_mode(options, mode, device, context));
    if (!context.json()) {
        for (const auto& each : warmed) print(line_of(each));
        return exit_done;
    }
    Json json = json_report("cache");
    json["cache"] = directory;
    json["model"] = options.model.model;
    json["device"] = device.profile().name;
    json["warmed"] = Json::array();
    for (const auto& each : warmed) json["warmed"].push_back(json_of(each));
    print_json(json);
    return exit_done;
}

int execute(const CacheExportOptions& options, Context& context) {
    jit::TransferReport report;
    const auto bundle = jit::export_entries(context.cache_directory(), report);
    onnx::publish_file(options.file, {reinterpret_cast<const char*>(bundle.data()), bundle.size()});
    if (report.damaged > 0) context.note(fmt::format("{} files of the cache are damaged and left out", report.damaged));
    if (!context.json()) {
        print(fmt::format("{} programs of kernels exported, {} bytes", report.moved, grouped(std::ssize(bundle))));
        return exit_done;
    }
    Json json = transfer_json(context, options.file);
    json["exported"] = report.moved;
    json["damaged"] = report.damaged;
    json["bytes"] = bundle.size();
    print_json(json);
    return exit_done;
}

int execute(const CacheImportOptions& options, Context& context) {
    const auto directory = context.cache_directory();
    jit::TransferReport report;
    const std::string bundle = onnx::read_file(options.file, "export a smaller cache");
    onnx::with_name(core::printable(options.file.string()),
                    [&] { report = jit::import_entries(std::as_bytes(std::span(bundle)), directory); });
    if (!context.json()) {
        print(fmt::format("{} programs of kernels imported, {} were there", report.moved, report.present));
        return exit_done;
    }
    Json json = transfer_json(context, options.file);
    json["imported"] = report.moved;
    json["present"] = report.present;
    print_json(json);
    return exit_done;
}

}  // namespace abut::cli
