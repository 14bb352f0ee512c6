// SPDX-License-Identifier: Apache-2.0
#include "cli/cost_model.hpp"
#include "cli/plan_parts.hpp"
#include "cli/plan_report.hpp"

namespace abut::cli {

namespace {

Json step_json(const Step& step) {
    Json json = Json::object();
    json["name"] = step.name;
    json["operation"] = name_of(step.operation);
    json["dependencies"] = step.dependencies;
    if (!step.reason.empty()) json["reason"] = step.reason;
    return json;
}

/// What is moved takes so long; null where bytes alone count.
Json estimate_json(const Plan& plan, const PlanReport& report) {
    return report.cost_model == CostModel{} ? Json() : Json(plan.statistics.estimated_ns);
}

}  // namespace

Json plan_json(const PlanReport& report) {
    const Plan& plan = report.slices;
    Json json = json_report("plan");
    json["model"] = report.model;
    json["cost_model"] = cost_model_name(report.cost_model);
    json.update(statistics_json(plan.statistics));
    json["estimated_ns"] = estimate_json(plan, report);
    json["copies"] = {{"copied_bytes", report.copies.statistics.copied_bytes},
                      {"concat_copied_bytes", report.copies.statistics.concat_copied_bytes},
                      {"conversion_bytes", report.copies.statistics.conversion_bytes},
                      {"arena_bytes", report.copies.statistics.arena_bytes},
                      {"workspace_bytes", report.copies.statistics.workspace_bytes},
                      {"estimated_ns", estimate_json(report.copies, report)}};
    json["steps"] = plan.steps.size();
    json["variants"] = report.variants;
    json["passes_ms"] = report.passes_ms;
    json["plan_ms"] = report.plan_ms;
    json["decisions"] = Json::array();
    for (const Decision& decision : plan.decisions) json["decisions"].push_back(decision_json(decision, report.graph));
    json["roots"] = Json::array();
    for (const Root& root : plan.roots) json["roots"].push_back(root_json(root, report.graph));
    json["placements"] = Json::array();
    for (std::size_t i = 0; i < plan.placements.size(); ++i) {
        if (plan.placements[i])
            json["placements"].push_back(placement_json(report.graph.values()[i].name, *plan.placements[i]));
    }
    json["schedule"] = Json::array();
    for (const Step& step : plan.steps) json["schedule"].push_back(step_json(step));
    return json;
}

}  // namespace abut::cli
