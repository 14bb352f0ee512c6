// SPDX-License-Identifier: Apache-2.0
#include "cli/annotation.hpp"

#include <unordered_map>

#include "abut/version.hpp"
#include "cli/plan_parts.hpp"

namespace abut::cli {

namespace {

bool is_utf8(const std::string& name) {
    return Json::parse(Json(name).dump(-1, ' ', false, Json::error_handler_t::replace)) == Json(name);
}

/// The values that a file names: a name in it that one value of the graph bears.
class FileNames {
public:
    FileNames(const Graph& graph, const std::unordered_set<std::string>& names)
        : graph_(graph),
          known_(graph.values().size()) {
        std::unordered_map<std::string_view, int> bearers;
        for (const Value& value : graph.values()) ++bearers[value.name];
        for (std::size_t v = 0; v < known_.size(); ++v) {
            const std::string& name = graph.values()[v].name;
            known_[v] = names.contains(name) && bearers[name] == 1 && is_utf8(name);
        }
    }

    [[nodiscard]] bool has(ValueId value) const { return known_[static_cast<std::size_t>(value.index)]; }
    [[nodiscard]] Json name(ValueId value) const { return has(value) ? Json(graph_.value(value).name) : Json(); }
    [[nodiscard]] Json names(const std::vector<ValueId>& values) const {
        Json json = Json::array();
        for (const ValueId value : values) {
            if (has(value)) json.push_back(name(value));
        }
        return json;
    }

private:
    const Graph& graph_;
    std::vector<bool> known_;
};

Json inputs_json(const Graph& graph) {
    Json json = Json::array();
    for (const Port& port : graph.inputs()) {
        const Shape& shape = port.spec.shape();
        json.push_back({{"value", port.name}, {"shape", std::vector<std::int64_t>(shape.begin(), shape.end())}});
    }
    return json;
}

Json roots_json(const Plan& plan, const Graph& graph) {
    Json json = Json::array();
    for (std::size_t r = 0; r < plan.roots.size(); ++r) {
        if (plan.roots[r].kind == RootKind::Constant) continue;
        Json root = {{"root", r}};
        root.update(root_json(plan.roots[r], graph));
        json.push_back(std::move(root));
    }
    return json;
}

Json values_json(const Plan& plan, const Graph& graph, const FileNames& file) {
    Json json = Json::array();
    for (std::size_t v = 0; v < plan.placements.size(); ++v) {
        const auto& view = plan.placements[v];
        const ValueId id{static_cast<std::int32_t>(v)};
        if (!view || !file.has(id) || plan.roots.at(static_cast<std::size_t>(view->root)).kind == RootKind::Constant)
            continue;
        Json value = placement_json(graph.value(id).name, *view);
        value["dtype"] = to_string(view->dtype);
        json.push_back(std::move(value));
    }
    return json;
}

Json concats_json(const Plan& plan, const Graph& graph, const FileNames& file) {
    Json json = Json::array();
    for (const Decision& decision : plan.decisions) {
        Json concat = decision_json(decision, graph);
        concat["result"] = file.name(graph.node(decision.concat).outputs.front());
        for (std::size_t i = 0; i < decision.operands.size(); ++i)
            concat["operands"][i]["value"] = file.name(decision.operands[i].value);
        json.push_back(std::move(concat));
    }
    return json;
}

Json view_json(const PlannedView& view) {
    Json json = placement_json({}, view);
    json.erase("value");
    return json;
}

Json steps_json(const Plan& plan, const FileNames& file) {
    Json json = Json::array();
    for (const Step& step : plan.steps) {
        Json entry = Json::object();
        entry["node"] = step.name;
        entry["operation"] = name_of(step.operation);
        entry["reads"] = file.names(step.inputs);
        entry["writes"] = file.names(step.outputs);
        entry["dependencies"] = step.dependencies;
        if (step.node.index < 0) {
            if (!step.reads.empty()) entry["from"] = view_json(step.reads.front());
            entry["to"] = view_json(step.writes.front());
        }
        json.push_back(std::move(entry));
    }
    return json;
}

}  // namespace

Json annotation_json(const PlanReport& report, const std::unordered_set<std::string>& names) {
    const Plan& plan = report.slices;
    const FileNames file(report.graph, names);
    Json json = json_report("annotation");
    json["producer"] = std::string("abut ") + std::string(version());
    json["arena_bytes"] = plan.statistics.arena_bytes;
    json["arena_alignment_bytes"] = abut::PlanOptions{}.root_alignment_bytes;
    json["inputs"] = inputs_json(report.graph);
    json["roots"] = roots_json(plan, report.graph);
    json["values"] = values_json(plan, report.graph, file);
    json["concats"] = concats_json(plan, report.graph, file);
    json["steps"] = steps_json(plan, file);
    return json;
}

}  // namespace abut::cli
