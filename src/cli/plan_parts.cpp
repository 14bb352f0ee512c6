// SPDX-License-Identifier: Apache-2.0
#include "cli/plan_parts.hpp"

namespace abut::cli {

namespace {

std::string_view kind_name(RootKind kind) {
    switch (kind) {
        case RootKind::Arena:
            return "arena";
        case RootKind::Input:
            return "input";
        case RootKind::Output:
            return "output";
        case RootKind::Constant:
            return "constant";
    }
    return "";
}

}  // namespace

Json statistics_json(const PlanStatistics& statistics) {
    Json json = Json::object();
    json["concats"] = {{"total", statistics.concats},
                       {"placed", statistics.concats_placed},
                       {"copied", statistics.concats - statistics.concats_placed}};
    json["copied_bytes"] = statistics.copied_bytes;
    json["concat_copied_bytes"] = statistics.concat_copied_bytes;
    json["conversion_bytes"] = statistics.conversion_bytes;
    json["arena_bytes"] = statistics.arena_bytes;
    json["workspace_bytes"] = statistics.workspace_bytes;
    json["padding_bytes"] = statistics.padding_bytes;
    json["lower_bound_bytes"] = statistics.lower_bound_bytes;
    json["in_place_steps"] = statistics.in_place_steps;
    json["search"] = {{"groups", statistics.search.groups},
                      {"exact", statistics.search.groups_exact},
                      {"placements", statistics.search.placements}};
    return json;
}

Json root_json(const Root& root, const Graph& graph) {
    Json json = Json::object();
    json["kind"] = kind_name(root.kind);
    if (root.kind == RootKind::Input) json["name"] = graph.inputs().at(static_cast<std::size_t>(root.port)).name;
    if (root.kind == RootKind::Output) json["name"] = graph.outputs().at(static_cast<std::size_t>(root.port)).name;
    if (root.kind == RootKind::Constant) json["name"] = graph.value(root.constant).name;
    json["size_bytes"] = root.size_bytes;
    if (root.kind == RootKind::Arena) json["arena_offset_bytes"] = root.arena_offset_bytes;
    json["first_step"] = root.first_step;
    json["last_step"] = root.last_step;
    return json;
}

Json placement_json(const std::string& value, const PlannedView& view) {
    Json json = Json::object();
    json["value"] = value;
    json["root"] = view.root;
    json["offset_bytes"] = view.offset_bytes;
    json["strides_bytes"] = Json::array();
    for (const std::int64_t stride : view.layout.strides) json["strides_bytes"].push_back(stride * size_bytes(view.dtype));
    json["shape"] = std::vector<std::int64_t>(view.layout.shape.begin(), view.layout.shape.end());
    return json;
}

Json decision_json(const Decision& decision, const Graph& graph) {
    Json json = Json::object();
    json["concat"] = graph.node(decision.concat).name;
    json["axis"] = decision.axis;
    json["operands"] = Json::array();
    for (const OperandDecision& operand : decision.operands) {
        Json entry = Json::object();
        entry["value"] = graph.value(operand.value).name;
        entry["how"] = to_string(operand.how);
        entry["reason"] = operand.reason;
        entry["offset_bytes"] = operand.offset_bytes;
        entry["alignment_bytes"] = operand.alignment_bytes;
        json["operands"].push_back(std::move(entry));
    }
    return json;
}

}  // namespace abut::cli
