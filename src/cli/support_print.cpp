// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <map>

#include "cli/support_report.hpp"
#include "core/printable.hpp"

namespace abut::cli {

namespace {

// In the order of NodeStatus.
constexpr std::array<const char*, 6> status_names{"kernel", "view", "constant", "unused", "unknown", "unsupported"};

using Counts = std::array<std::int64_t, status_names.size()>;

Counts counts(const SupportReport& report) {
    Counts all{};
    for (const ReportedNode& node : report.nodes) ++all.at(static_cast<std::size_t>(node.status));
    return all;
}

std::map<std::string, Counts> counts_by_operator(const SupportReport& report) {
    std::map<std::string, Counts> operators;
    for (const ReportedNode& node : report.nodes) ++operators[node.operator_name].at(static_cast<std::size_t>(node.status));
    return operators;
}

Json counts_json(const Counts& number) {
    Json json = Json::object();
    for (std::size_t i = 0; i < status_names.size(); ++i) json[status_names[i]] = number[i];
    return json;
}

// Statuses that no node has would be columns of zeros.
std::string operator_table(const SupportReport& report) {
    const Counts all = counts(report);
    std::vector<std::vector<std::string>> rows{{"operator"}};
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i] > 0) rows.front().emplace_back(status_names[i]);
    }
    for (const auto& [name, number] : counts_by_operator(report)) {
        rows.push_back({name});
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (all[i] > 0) rows.back().push_back(number[i] > 0 ? grouped(number[i]) : "");
        }
    }
    return table(rows, 1);
}

std::string unsupported_table(const SupportReport& report) {
    std::vector<std::vector<std::string>> rows{{"unsupported node", "operator", "because"}};
    for (const ReportedNode& node : report.nodes) {
        if (node.status == NodeStatus::Unsupported) rows.push_back({node.node, node.operator_name, node.reason});
    }
    return table(rows, 3);
}

}  // namespace

Json support_json(const SupportReport& report) {
    Json json = json_report("support");
    json["model"] = report.model;
    json["supported"] = report.is_supported();
    json["counts"] = counts_json(counts(report));
    json["operators"] = Json::array();
    for (const auto& [name, number] : counts_by_operator(report)) {
        Json entry = {{"operator", name}};
        entry.update(counts_json(number));
        json["operators"].push_back(std::move(entry));
    }
    json["nodes"] = Json::array();
    for (const ReportedNode& node : report.nodes) {
        json["nodes"].push_back({{"node", node.node},
                                 {"operator", node.operator_name},
                                 {"status", status_names.at(static_cast<std::size_t>(node.status))},
                                 {"reason", node.reason}});
    }
    return json;
}

std::string support_text(const SupportReport& report) {
    const auto unsupported = counts(report)[static_cast<std::size_t>(NodeStatus::Unsupported)];
    const std::string verdict = unsupported == 0 ? "all supported" : fmt::format("{} unsupported", grouped(unsupported));
    std::string text = fmt::format("{}: {} nodes, {}\n\n{}", core::printable(report.model),
                                   grouped(static_cast<std::int64_t>(report.nodes.size())), verdict, operator_table(report));
    return unsupported == 0 ? text : fmt::format("{}\n\n{}", text, unsupported_table(report));
}

}  // namespace abut::cli
