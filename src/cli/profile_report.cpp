// SPDX-License-Identifier: Apache-2.0
#include "cli/profile_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "onnx/publish_file.hpp"
#include "ops/work.hpp"

namespace abut::cli {
namespace {

/// What workers did of one step.
struct StepTime {
    int tiles = 0;
    double busy_us = 0;
    double begin_us = std::numeric_limits<double>::max();
    double end_us = 0;
};

std::vector<StepTime> step_times(const programs::RunProfile& profile, const Plan& plan) {
    std::vector<StepTime> times(plan.steps.size());
    for (const auto& tile : profile.tiles) {
        auto& step = times.at(static_cast<std::size_t>(tile.step));
        ++step.tiles;
        step.busy_us += tile.end_us - tile.begin_us;
        step.begin_us = std::min(step.begin_us, tile.begin_us);
        step.end_us = std::max(step.end_us, tile.end_us);
    }
    return times;
}

/// What a step can't be faster than: its sums, or its bytes.
double floor_us(const ops::Work& work, const programs::MachineLimits& limits) {
    return std::max(static_cast<double>(work.flops) / limits.gflops,
                    static_cast<double>(work.bytes) / limits.gigabytes_per_second) /
           1e3;
}

Json step_json(const Step& step, const StepTime& time, int workers, const programs::MachineLimits& limits) {
    const auto work = ops::work_of(step);
    const double shared_us = time.busy_us / workers;
    Json json = Json::object();
    json["step"] = step.name;
    json["operation"] = name_of(step.operation);
    json["tiles"] = time.tiles;
    json["begin_us"] = time.begin_us;
    json["end_us"] = time.end_us;
    json["busy_us"] = time.busy_us;
    json["gflops"] = static_cast<double>(work.flops) / shared_us / 1e3;
    json["gigabytes_per_second"] = static_cast<double>(work.bytes) / shared_us / 1e3;
    json["floor_us"] = floor_us(work, limits);
    json["roofline_share"] = floor_us(work, limits) / shared_us;
    return json;
}

double number(const Json& json, const char* field) {
    return json.at(field).get<double>();
}

std::string step_table(std::vector<Json> steps) {
    constexpr std::size_t most = 20;
    std::ranges::sort(steps, std::greater(), [](const Json& step) { return number(step, "busy_us"); });
    std::vector<std::vector<std::string>> rows{{"step", "operation", "tiles", "busy us", "GFLOP/s", "GB/s", "of roofline"}};
    for (const Json& step : std::span(steps).first(std::min(steps.size(), most))) {
        rows.push_back({step.at("step"), step.at("operation"), fmt::format("{}", step.at("tiles").get<int>()),
                        fmt::format("{:.1f}", number(step, "busy_us")), fmt::format("{:.1f}", number(step, "gflops")),
                        fmt::format("{:.1f}", number(step, "gigabytes_per_second")),
                        fmt::format("{:.0f} %", 100 * number(step, "roofline_share"))});
    }
    auto text = table(rows, 2);
    if (steps.size() > most) text += fmt::format("\n... and {} more", steps.size() - most);
    return text;
}

}  // namespace

Json profile_json(const programs::RunProfile& profile, const Plan& plan, const programs::MachineLimits& limits) {
    const auto times = step_times(profile, plan);
    double busy_us = 0;
    double least_us = 0;
    Json steps = Json::array();
    for (std::size_t i = 0; i < times.size(); ++i) {
        if (times[i].tiles == 0) continue;
        busy_us += times[i].busy_us;
        steps.push_back(step_json(plan.steps[i], times[i], profile.workers, limits));
        least_us += number(steps.back(), "floor_us");
    }
    Json json = Json::object();
    json["workers"] = profile.workers;
    json["run_us"] = profile.run_us;
    json["outside_share"] = 1 - busy_us / (profile.run_us * profile.workers);
    json["floor_us"] = least_us;
    json["peak_gflops"] = limits.gflops;
    json["peak_gigabytes_per_second"] = limits.gigabytes_per_second;
    json["steps"] = std::move(steps);
    return json;
}

std::string profile_text(const Json& profile) {
    const double run_us = number(profile, "run_us");
    return fmt::format(
        "{:.3f} ms with {} workers, {:.1f} % of it outside kernels; the floor is {:.3f} ms, at {:.0f} GFLOP/s and {:.0f} "
        "GB/s\n\n{}",
        run_us / 1e3, profile.at("workers").get<int>(), 100 * number(profile, "outside_share"),
        number(profile, "floor_us") / 1e3, number(profile, "peak_gflops"), number(profile, "peak_gigabytes_per_second"),
        step_table(profile.at("steps").get<std::vector<Json>>()));
}

void write_trace(const std::filesystem::path& file, const programs::RunProfile& profile, const Plan& plan) {
    // The format is Chrome's "Trace Event Format", complete events ("X").
    Json events = Json::array();
    for (const auto& tile : profile.tiles) {
        const auto& step = plan.steps.at(static_cast<std::size_t>(tile.step));
        events.push_back({{"name", step.name},
                          {"cat", name_of(step.operation)},
                          {"ph", "X"},
                          {"ts", tile.begin_us},
                          {"dur", tile.end_us - tile.begin_us},
                          {"pid", 0},
                          {"tid", tile.worker},
                          {"args", {{"tile", tile.tile}}}});
    }
    Json json = Json::object();
    json["displayTimeUnit"] = "ns";
    json["traceEvents"] = std::move(events);
    onnx::publish_file(file, json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace abut::cli
