// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "abut/calibrate.hpp"
#include "cli/cache_text.hpp"
#include "cli/collapsed_report.hpp"
#include "cli/commands.hpp"
#include "cli/cost_model.hpp"
#include "cli/load_model.hpp"
#include "cli/plan_report.hpp"
#include "cli/print.hpp"
#include "cli/tune_benefits.hpp"
#include "cli/tune_tiles.hpp"
#include "core/printable.hpp"
#include "jit/cache_files.hpp"
#include "onnx/with_name.hpp"

namespace abut::cli {

namespace {

/// What a model's plan does with operands of concats by one cost model.
struct TunedPlan {
    std::string model;
    std::string cost_model;
    PlanStatistics statistics;
    std::array<std::int64_t, 3> operands{};  ///< of the rungs below
};

constexpr std::array counted_rungs{Rung::Copy, Rung::MultiStore, Rung::SegmentedRead};

TunedPlan tuned_plan(const std::string& model, const Graph& graph, const CostModel& costs) {
    const Plan plan = plan_report(model, graph, {.cost_model = costs}).slices;
    TunedPlan tuned{.model = model, .cost_model = cost_model_name(costs), .statistics = plan.statistics};
    for (const auto& decision : plan.decisions) {
        for (std::size_t i = 0; i < counted_rungs.size(); ++i)
            tuned.operands[i] += std::ranges::count(decision.operands, counted_rungs[i], &OperandDecision::how);
    }
    return tuned;
}

// Before anything is measured: a model that can't be read should not take so long.
std::vector<TunedModel> load_models(const TuneOptions& options, Context& context) {
    std::vector<TunedModel> loaded;
    for (const ModelOptions& model : options.models) loaded.push_back({model.model, load_model(model, {}, context)});
    return loaded;
}

std::vector<TunedPlan> tuned_plans(const std::vector<TunedModel>& models, const CostModel& costs) {
    std::vector<TunedPlan> plans;
    for (const TunedModel& model : models) {
        onnx::with_name(core::printable(model.name), [&] {
            plans.push_back(tuned_plan(model.name, model.graph, {}));
            if (costs != CostModel{}) plans.push_back(tuned_plan(model.name, model.graph, costs));
        });
    }
    return plans;
}

Json tuned_plan_json(const TunedPlan& plan) {
    Json json = Json::object();
    json["model"] = plan.model;
    json["cost_model"] = plan.cost_model;
    json["copied"] = plan.operands[0];
    json["stored_twice"] = plan.operands[1];
    json["read_in_segments"] = plan.operands[2];
    json["copied_bytes"] = plan.statistics.copied_bytes;
    json["conversion_bytes"] = plan.statistics.conversion_bytes;
    json["arena_bytes"] = plan.statistics.arena_bytes;
    json["estimated_ns"] = plan.cost_model == "bytes" ? Json() : Json(plan.statistics.estimated_ns);
    return json;
}

std::string transfer_text(const TransferCost& cost) {
    return fmt::format("{:.4f} ns a byte in a cache, {:.4f} in memory", cost.cached_ns, cost.memory_ns);
}

std::string costs_text(const CostModel& costs) {
    if (costs == CostModel{}) return "not calibrated: plans count bytes";
    const std::vector<std::vector<std::string>> rows{
        {"what", "takes"},
        {"a launch", fmt::format("{:.0f} ns", costs.launch_ns)},
        {"a copy", transfer_text(costs.copy)},
        {"a second store", transfer_text(costs.second_store)},
        {"the cache", fmt::format("{} bytes", grouped(costs.cached_bytes))},
        {"a further segment", fmt::format("{:.0f} ns and {:.3f} ns a row", costs.segment_ns, costs.segment_row_ns)},
        {"views at multiples of 16 bytes", fmt::format("{:.2f} times as long", costs.factor_below_64_bytes)},
        {"views at multiples of 4 bytes", fmt::format("{:.2f} times as long", costs.factor_below_16_bytes)}};
    return table(rows, 2);
}

std::string tuned_plans_text(const std::vector<TunedPlan>& plans) {
    std::vector<std::vector<std::string>> rows{
        {"model", "cost model", "copied", "stored twice", "in segments", "bytes copied", "arena bytes", "estimated us"}};
    for (const TunedPlan& plan : plans) {
        constexpr double microsecond = 1e3;
        const bool has_time = plan.cost_model != "bytes";
        rows.push_back({core::printable(plan.model), plan.cost_model, grouped(plan.operands[0]), grouped(plan.operands[1]),
                        grouped(plan.operands[2]), grouped(plan.statistics.copied_bytes),
                        grouped(plan.statistics.arena_bytes),
                        has_time ? fmt::format("{:.1f}", plan.statistics.estimated_ns / microsecond) : ""});
    }
    return table(rows, 2);
}

}  // namespace

int execute(const TuneOptions& options, Context& context) {
    const std::string directory = context.cache_directory();
    const auto models = load_models(options, context);
    jit::prepare_directory(directory);
    const Device device = context.open_device();
    const CostModel costs = options.keep_costs ? stored_cost_model(device).value_or(CostModel{}) : calibrate(device);
    const auto plans = tuned_plans(models, costs);
    const auto tiles = tune_tiles(models, costs, options.tiles, device, context);
    const auto benefits = tune_benefits(models, costs, options.collapse, device, context);
    if (!context.json()) {
        print(fmt::format("{}\n\n{}", device.profile().name, costs_text(costs)));
        if (!plans.empty()) print("\n" + tuned_plans_text(plans) + "\n\n" + tuned_benefits_text(benefits));
        if (!tiles.empty()) print("\n" + tuned_tiles_text(tiles));
        for (const auto& each : benefits.collapsed) print(wrapped(collapsed_text(each), 0));
        return exit_done;
    }
    Json json = json_report("tune");
    json["device"] = device.profile().name;
    json["cache"] = directory;
    json["costs"] = cost_model_json(costs);
    json["plans"] = Json::array();
    for (const TunedPlan& plan : plans) json["plans"].push_back(tuned_plan_json(plan));
    json["tiles"] = tuned_tiles_json(tiles);
    json["benefits"] = tuned_benefits_json(benefits);
    json["benefits_kept"] = benefits.noted;
    json["collapsed"] = Json::array();
    for (const auto& each : benefits.collapsed) json["collapsed"].push_back(collapsed_json(each));
    print_json(json);
    return exit_done;
}

}  // namespace abut::cli
