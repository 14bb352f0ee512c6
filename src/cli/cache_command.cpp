// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <set>
#include <span>

#include "abut/program.hpp"
#include "cli/commands.hpp"
#include "cli/cost_model.hpp"
#include "cli/load_model.hpp"
#include "cli/print.hpp"
#include "cli/progress_bar.hpp"
#include "jit/cache_bundle.hpp"
#include "jit/cache_files.hpp"
#include "jit/cache_list.hpp"
#include "jit/explain_miss.hpp"
#include "onnx/file_text.hpp"
#include "onnx/publish_file.hpp"
#include "onnx/with_name.hpp"

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
    CompileOptions compile{.concat = mode,
                           .memory_limit_bytes = options.memory_limit_bytes,
                           .cost_model = cost_model_of(options.cost_model, device),
                           .winograd = options.winograd,
                           .label = options.model.model,
                           .progress = bar.callback()};
    if (mode == ConcatMode::Slices) compile.forced_rungs = options.forced_rungs;
    Graph graph = load_model(options.model, {}, context);
    Warmed warmed{.mode = mode};
    onnx::with_name(onnx::printable(options.model.model),
                    [&] { warmed.statistics = warm(std::move(graph), device, compile); });
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

std::string state_text(jit::EntryState state) {
    if (state == jit::EntryState::Older) return "of an older version";
    return state == jit::EntryState::Newer ? "of a newer version" : "damaged";
}

/// The stems of an entry's kernels, each once: "conv2d, pool2d".
std::string stems_of(const jit::ListedEntry& entry) {
    std::set<std::string> stems;
    for (const auto& kernel : entry.kernels) stems.insert(kernel.substr(0, kernel.rfind('_')));
    std::string text;
    for (const auto& stem : stems) text += (text.empty() ? "" : ", ") + stem;
    return entry.is_sound() ? text : state_text(entry.state);
}

std::string age_of(const jit::ListedEntry& entry) {
    constexpr std::int64_t minute = 60;
    const auto minutes = std::max<std::int64_t>(std::time(nullptr) - entry.created, 0) / minute;
    constexpr std::int64_t hour = 60;
    constexpr std::int64_t day = 24 * hour;
    if (minutes >= 2 * day) return fmt::format("{} days", minutes / day);
    return minutes >= 2 * hour ? fmt::format("{} h", minutes / hour) : fmt::format("{} min", minutes);
}

Json entry_json(const jit::ListedEntry& entry) {
    Json json = Json::object();
    json["key"] = entry.key();
    json["kernel"] = stems_of(entry);
    json["device"] = entry.device;
    json["bytes"] = entry.bytes;
    json["created"] = jit::time_text(entry.created);
    json["used"] = entry.use.hits > 0 ? Json(jit::time_text(entry.use.last_used)) : Json(nullptr);
    json["hits"] = entry.use.hits;
    json["compile_ms"] = entry.is_sound() ? Json(entry.compile_ms) : Json(nullptr);
    json["variants"] = entry.kernels.size();
    json["pinned"] = entry.pinned;
    json["damaged"] = entry.state == jit::EntryState::Damaged;
    return json;
}

}  // namespace

int execute(const CacheWarmOptions& options, Context& context) {
    jit::prepare_directory(context.cache_directory());
    const Device device = context.open_device();
    std::vector<Warmed> warmed;
    for (const auto mode : options.modes) warmed.push_back(warm_mode(options, mode, device, context));
    if (!context.json()) {
        for (const auto& each : warmed) print(line_of(each));
        return exit_done;
    }
    Json json = json_report("cache");
    json["cache"] = context.cache_directory();
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
    onnx::with_name(onnx::printable(options.file.string()),
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

int execute(const CacheListOptions&, Context& context) {
    const auto entries = jit::list_entries(context.cache_directory());
    Json json = json_report("cache");
    json["cache"] = context.cache_directory();
    json["entries"] = Json::array();
    std::vector<std::vector<std::string>> rows{
        {"key", "kernels", "device", "variants", "bytes", "age", "hits", "compile ms"}};
    for (const auto& entry : entries) {
        json["entries"].push_back(entry_json(entry));
        rows.push_back({entry.key(), stems_of(entry), entry.device, fmt::format("{}", entry.kernels.size()),
                        grouped(entry.bytes), age_of(entry), fmt::format("{}", entry.use.hits),
                        entry.is_sound() ? fmt::format("{:.0f}", entry.compile_ms) : ""});
    }
    if (context.json()) {
        print_json(json);
    } else {
        print(rows.size() > 1 ? table(rows, 3) : "no compiled kernels");
    }
    return exit_done;
}

}  // namespace abut::cli
