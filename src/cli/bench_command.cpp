// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>

#include "cli/check_report.hpp"
#include "cli/commands.hpp"
#include "cli/cost_model.hpp"
#include "cli/load_model.hpp"
#include "cli/model_runner.hpp"
#include "cli/print.hpp"
#include "cli/profile_report.hpp"
#include "core/fail.hpp"
#include "core/printable.hpp"
#include "onnx/publish_file.hpp"
#include "onnx/with_name.hpp"
#include "program/persistent_kernel.hpp"

namespace abut::cli {

namespace {

using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

/// A model in one mode, run in one way, and how long its runs took.
struct Measured {
    ConcatMode mode = ConcatMode::Slices;
    Execution execution = Execution::Launches;
    std::unique_ptr<ModelRunner> runner;
    double first_ms = 0;  ///< from the model's file or name to the first result
    std::vector<double> run_ms{};
    std::optional<programs::CheckReport> check{};
    std::optional<Json> profile{};
};

CompileOptions compile_options(ConcatMode mode, const BenchOptions& bench, const WeightStore& weights,
                               const Device& device) {
    CompileOptions options{.concat = mode,
                           .memory_limit_bytes = bench.memory_limit_bytes,
                           .cost_model = cost_model_of(bench.cost_model, device),
                           .winograd = bench.winograd,
                           .variant_budget = bench.variant_budget,
                           .weights = weights};
    if (mode == ConcatMode::Slices) options.forced_rungs = bench.forced_rungs;
    return options;
}

/// Before anything is compiled.
void require_profiles(const Device& device) {
    if (programs::has_persistent_kernels(device)) return;
    core::fail(ErrorCode::Unsupported,
               "--profile and --trace are unsupported on {}: expected a CPU device and its cpu kernels; choose one with "
               "--device, and leave --kernels gpu out",
               device.profile().selector);
}

/// The steps of the model's persistent kernel; writes the trace that was asked for.
Json profiled(const ModelOptions& model, ConcatMode mode, const BenchOptions& bench, const WeightStore& weights,
              const Device& device, Context& context) {
    auto options = compile_options(mode, bench, weights, device);
    options.execution = Execution::Persistent;
    options.timed = true;
    ModelRunner runner(load_model(model, {}, context), device, options, InputValues{});
    const auto profile = runner.profile(bench.runs);
    const Plan& plan = runner.program().plan();
    if (bench.trace) write_trace(*bench.trace, profile, plan);
    return profile_json(profile, plan, programs::measure_limits(device));
}

Measured prepare(const ModelOptions& model, ConcatMode mode, Execution execution, const BenchOptions& bench,
                 const WeightStore& weights, const Device& device, Context& context) {
    const Clock::time_point start = Clock::now();
    Graph graph = load_model(model, {}, context);
    auto options = compile_options(mode, bench, weights, device);
    options.execution = execution;
    options.label = model.model;
    Measured measured{.mode = mode, .execution = execution, .runner = nullptr};
    onnx::with_name(core::printable(model.model), [&] {
        measured.runner = std::make_unique<ModelRunner>(std::move(graph), device, options, InputValues{});
        measured.runner->run();
        measured.first_ms = ms_since(start);
        if (bench.check) measured.check = measured.runner->check();
    });
    return measured;
}

void run_once(Measured& measured) {
    const Clock::time_point start = Clock::now();
    measured.runner->run();
    measured.run_ms.push_back(ms_since(start));
}

// The modes take turns run by run, and each round begins with another one: none profits from what the other left in caches.
void measure(std::vector<Measured>& all, int runs) {
    constexpr int warm_up_runs = 2;
    for (int round = 0; round < warm_up_runs + runs; ++round) {
        for (Measured& measured : all) run_once(measured);
        std::ranges::reverse(all);
    }
    for (Measured& measured : all) measured.run_ms.erase(measured.run_ms.begin(), measured.run_ms.begin() + warm_up_runs);
    std::ranges::sort(all, {}, [](const Measured& measured) { return std::pair(measured.mode, measured.execution); });
}

// The smallest of the sorted times that `share` of all do not exceed.
double quantile(const std::vector<double>& sorted, double share) {
    const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
    return sorted.at(std::max<std::size_t>(rank, 1) - 1);
}

double median(const std::vector<double>& sorted) {
    const std::size_t middle = sorted.size() / 2;
    return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const char* execution_name(Execution execution) {
    switch (execution) {
        case Execution::Launches:
            return "launches";
        case Execution::Persistent:
            return "persistent";
        case Execution::Background:
            break;
    }
    return "background";
}

Json result_json(const std::string& model, const Measured& measured) {
    std::vector<double> sorted = measured.run_ms;
    std::ranges::sort(sorted);
    const ProgramStatistics& program = measured.runner->program().statistics();
    const PlanStatistics& plan = measured.runner->program().plan().statistics;
    Json json = Json::object();
    json["model"] = model;
    json["concat"] = measured.mode == ConcatMode::Slices ? "slices" : "copies";
    json["execution"] = execution_name(measured.execution);
    json["cost_model"] = cost_model_name(measured.runner->program().cost_model());
    json["median_ms"] = median(sorted);
    json["min_ms"] = sorted.front();
    json["max_ms"] = sorted.back();
    json["p99_ms"] = quantile(sorted, 0.99);
    json["first_ms"] = measured.first_ms;
    json["runs"] = sorted.size();
    json["run_ms"] = measured.run_ms;
    json["compile_ms"] = program.compile_ms;
    json["load_ms"] = program.load_ms;
    json["cache"] = program.variants_compiled == 0 ? "warm" : "cold";
    json["arena_bytes"] = plan.arena_bytes;
    json["copied_bytes"] = plan.copied_bytes;
    json["conversion_bytes"] = plan.conversion_bytes;
    json["weight_bytes"] = program.weight_bytes;
    json["steps"] = program.steps;
    json["variants"] = program.variants;
    if (measured.check) json["check"] = check_json(*measured.check);
    if (measured.profile) json["profile"] = *measured.profile;
    return json;
}

std::string text_table(const Json& results) {
    std::vector<std::vector<std::string>> rows{{"model", "concat", "execution", "costs", "cache", "median ms", "min", "max",
                                                "p99", "first", "arena bytes", "copied bytes"}};
    for (const Json& result : results) {
        const auto ms = [&](const char* field) { return fmt::format("{:.3f}", result.at(field).get<double>()); };
        const auto bytes = [&](const char* field) { return grouped(result.at(field).get<std::int64_t>()); };
        rows.push_back({result.at("model"), result.at("concat"), result.at("execution"), result.at("cost_model"),
                        result.at("cache"), ms("median_ms"), ms("min_ms"), ms("max_ms"), ms("p99_ms"), ms("first_ms"),
                        bytes("arena_bytes"), bytes("copied_bytes")});
    }
    return table(rows, 5);
}

/// What was asked for beside the times.
std::string findings_text(const Json& results) {
    std::string text;
    for (const Json& result : results) {
        const auto add = [&](const std::string& finding) {
            text += fmt::format("\n\n{} with {}: {}", result.at("model").get<std::string>(),
                                result.at("concat").get<std::string>(), finding);
        };
        if (result.contains("check")) add(check_line(result.at("check")));
        if (result.contains("profile")) add(profile_text(result.at("profile")));
    }
    return text;
}

}  // namespace

int execute(const BenchOptions& options, Context& context) {
    if (options.trace) onnx::require_publishable(*options.trace);
    const Device device = context.open_device();
    if (options.profile || options.trace) require_profiles(device);
    Json json = json_report("bench");
    json["device"] = device.profile().name;
    json["results"] = Json::array();
    for (const ModelOptions& model : options.models) {
        const WeightStore weights;
        std::vector<Measured> all;
        for (const ConcatMode mode : options.modes) {
            for (const Execution execution : options.executions)
                all.push_back(prepare(model, mode, execution, options, weights, device, context));
        }
        measure(all, options.runs);
        if (options.profile || options.trace) {
            for (Measured& measured : all) {
                if (measured.execution != options.executions.back()) continue;
                onnx::with_name(core::printable(model.model), [&] {
                    measured.profile = profiled(model, measured.mode, options, weights, device, context);
                });
            }
        }
        for (const Measured& measured : all) json["results"].push_back(result_json(model.model, measured));
    }
    if (context.json()) {
        print_json(json);
    } else {
        print(fmt::format("{}\n\n{}{}", device.profile().name, text_table(json["results"]), findings_text(json["results"])));
    }
    return exit_done;
}

}  // namespace abut::cli
