// SPDX-License-Identifier: Apache-2.0
#include "cli/plan_map.hpp"
#include "cli/plan_parts.hpp"
#include "cli/step_moves.hpp"
#include "cli/value_lives.hpp"
#include "cli/view_strip.hpp"

namespace abut::cli {

namespace {

constexpr std::string_view move_names[] = {"", "copy", "conversion"};

Json indices(const std::vector<ValueId>& values) {
    Json json = Json::array();
    for (const ValueId value : values) json.push_back(value.index);
    return json;
}

void add_strip(Json& json, const PlannedView& view, const Plan& plan) {
    const Strip strip = strip_of(view, plan.roots.at(static_cast<std::size_t>(view.root)).size_bytes);
    json["strip"] = {strip.begin, strip.end};
}

Json value_json(const Value& value) {
    Json json = Json::object();
    json["name"] = value.name;
    json["dtype"] = to_string(value.dtype);
    json["shape"] = std::vector<std::int64_t>(value.shape.begin(), value.shape.end());
    return json;
}

Json concat_json(const Decision& decision, const Graph& graph) {
    const Node& node = graph.node(decision.concat);
    Json json = Json::object();
    json["name"] = node.name;
    json["axis"] = decision.axis;
    json["result"] = node.outputs.front().index;
    return json;
}

Json map_placement(const Value& value, const PlannedView& view, const ValueLife& life, std::size_t index, const Plan& plan) {
    Json json = placement_json(value.name, view);
    json["value"] = index;
    json.erase("shape");
    json["first_step"] = life.first;
    json["last_step"] = life.last;
    add_strip(json, view, plan);
    return json;
}

// A result that is stored to more than its home.
void add_more_places(Json& json, const Step& step, const Plan& plan) {
    for (std::size_t w = step.outputs.size(); w < step.writes.size() && !step.outputs.empty(); ++w) {
        Json place = {{"root", step.writes[w].root}, {"offset_bytes", step.writes[w].offset_bytes}};
        add_strip(place, step.writes[w], plan);
        json["also_at"].push_back(std::move(place));
    }
}

Json map_step(const Step& step, const StepMove& move, const Plan& plan) {
    Json json = Json::object();
    json["name"] = step.name;
    json["operation"] = name_of(step.operation);
    json["reads"] = indices(step.inputs);
    json["writes"] = indices(step.outputs);
    if (step.node.index >= 0) add_more_places(json, step, plan);
    if (move.kind == MoveKind::None) return json;
    json["moves"] = move_names[static_cast<std::size_t>(move.kind)];
    json["bytes"] = move.bytes;
    if (move.decision >= 0) json["concat"] = move.decision;
    json["root"] = step.writes.front().root;
    json["offset_bytes"] = step.writes.front().offset_bytes;
    add_strip(json, step.writes.front(), plan);
    return json;
}

Json map_operands(const Decision& decision) {
    Json json = Json::array();
    for (const OperandDecision& operand : decision.operands) {
        Json entry = Json::object();
        entry["value"] = operand.value.index;
        entry["how"] = to_string(operand.how);
        if (!operand.reason.empty()) entry["reason"] = operand.reason;
        entry["offset_bytes"] = operand.offset_bytes;
        entry["alignment_bytes"] = operand.alignment_bytes;
        json.push_back(std::move(entry));
    }
    return json;
}

Json map_plan(const char* concat, const Plan& plan, const Graph& graph) {
    const auto lives = value_lives(graph, plan);
    const auto moves = step_moves(graph, plan);
    Json json = Json::object();
    json["concat"] = concat;
    json["totals"] = statistics_json(plan.statistics);
    for (const char* part : {"roots", "steps", "placements", "decisions"}) json[part] = Json::array();
    for (const Root& root : plan.roots) json["roots"].push_back(root_json(root, graph));
    for (std::size_t s = 0; s < plan.steps.size(); ++s) json["steps"].push_back(map_step(plan.steps[s], moves[s], plan));
    for (std::size_t v = 0; v < plan.placements.size(); ++v) {
        const auto& view = plan.placements[v];
        if (!view || plan.roots.at(static_cast<std::size_t>(view->root)).kind == RootKind::Constant) continue;
        json["placements"].push_back(map_placement(graph.values()[v], *view, lives[v], v, plan));
    }
    for (const Decision& decision : plan.decisions) json["decisions"].push_back(map_operands(decision));
    return json;
}

}  // namespace

Json plan_map_data(const PlanReport& report) {
    Json json = json_report("plan_map");
    json["model"] = report.model;
    json["values"] = Json::array();
    for (const Value& value : report.graph.values()) json["values"].push_back(value_json(value));
    json["concats"] = Json::array();
    for (const Decision& decision : report.slices.decisions) json["concats"].push_back(concat_json(decision, report.graph));
    json["plans"] = {map_plan("slices", report.slices, report.graph), map_plan("copies", report.copies, report.graph)};
    return json;
}

}  // namespace abut::cli
