// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "cli/plan_report.hpp"
#include "cli/step_moves.hpp"
#include "core/printable.hpp"
#include "plan/byte_counts.hpp"

namespace abut::cli {

namespace {

using Rows = std::vector<std::vector<std::string>>;

std::int64_t microseconds(double ns) {
    constexpr double microsecond = 1e3;
    return std::llround(ns / microsecond);
}

std::string totals(const PlanReport& report) {
    const PlanStatistics& slices = report.slices.statistics;
    const PlanStatistics& copies = report.copies.statistics;
    const auto row = [](const char* what, std::int64_t first, std::int64_t second) {
        return std::vector<std::string>{what, grouped(first), grouped(second)};
    };
    const auto saving = [&](const char* what, std::int64_t first, std::int64_t second) {
        auto cells = row(what, first, second);
        cells.push_back(grouped(second - first));
        return cells;
    };
    Rows rows{
        {"", "slices", "copies", "saved"},
        row("concats without a copy", slices.concats_placed, copies.concats_placed),
        saving("bytes copied", slices.copied_bytes, copies.copied_bytes),
        saving("of these, by concats", slices.concat_copied_bytes, copies.concat_copied_bytes),
        saving("bytes converted between layouts", slices.conversion_bytes, copies.conversion_bytes),
        saving("arena bytes", slices.arena_bytes, copies.arena_bytes),
        row("of these, padding", slices.padding_bytes, copies.padding_bytes),
        row("least for this order of steps", slices.lower_bound_bytes, copies.lower_bound_bytes),
        row("results stored over an input", slices.in_place_steps, copies.in_place_steps),
        saving("steps", static_cast<std::int64_t>(report.slices.steps.size()),
               static_cast<std::int64_t>(report.copies.steps.size())),
    };
    if (report.cost_model != CostModel{}) {
        rows.push_back(
            saving("estimated us of what is moved", microseconds(slices.estimated_ns), microseconds(copies.estimated_ns)));
    }
    const auto counted = [](auto count, const char* what) {
        return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
    };
    return fmt::format("{}: {}, {}\n\n{}", core::printable(report.model), counted(slices.concats, "concat"),
                       counted(report.variants, "kernel"), table(rows, 1));
}

bool is_copied(const OperandDecision& operand) {
    return operand.how == Rung::Copy;
}

/// The names of what is alike, each once, and the first few of them shown.
class Names {
public:
    void add(const std::string& name) {
        if (seen_.insert(name).second && seen_.size() <= shown) text_ += (text_.empty() ? "" : ", ") + core::printable(name);
    }
    [[nodiscard]] std::string text() const {
        if (seen_.size() <= shown) return text_;
        return fmt::format("{} and {} more", text_, grouped(static_cast<std::int64_t>(seen_.size() - shown)));
    }

private:
    static constexpr std::size_t shown = 3;
    std::string text_;
    std::set<std::string> seen_;
};

/// Concats of one axis whose operands all have a place, or of which some are copied.
struct ConcatGroup {
    Names names;
    std::int64_t concats = 0;
    std::int64_t operands = 0;
    std::int64_t copied = 0;
};

std::string concats(const Plan& plan, const Graph& graph) {
    std::map<std::pair<bool, int>, ConcatGroup> groups;
    for (const Decision& decision : plan.decisions) {
        const auto copied = std::ranges::count_if(decision.operands, is_copied);
        ConcatGroup& group = groups[{copied > 0, decision.axis}];
        group.names.add(graph.node(decision.concat).name);
        group.operands += static_cast<std::int64_t>(decision.operands.size());
        group.copied += copied;
        ++group.concats;
    }
    Rows rows{{"concats", "number", "axis", "operands", "placed", "copied"}};
    for (const auto& [key, group] : groups) {
        rows.push_back({group.names.text(), grouped(group.concats), fmt::format("{}", key.second), grouped(group.operands),
                        grouped(group.operands - group.copied), grouped(group.copied)});
    }
    return table(rows, 1);
}

// Of one way to realise operands; reasons can name the values that they are about, so that no two are alike.
constexpr int most_reasons = 8;

/// Operands that are realised in one way, for one reason.
struct OperandGroup {
    Names values;
    std::int64_t operands = 0;
    std::int64_t bytes = 0;
};

std::string operands(const Plan& plan, const Graph& graph) {
    std::map<std::pair<Rung, std::string>, OperandGroup> groups;
    for (const Decision& decision : plan.decisions) {
        for (const OperandDecision& operand : decision.operands) {
            OperandGroup& group = groups[{operand.how, operand.reason}];
            const std::string& name = graph.value(operand.value).name;
            group.values.add(is_copied(operand) ? fmt::format("{} in {}", name, graph.node(decision.concat).name) : name);
            group.bytes += planning::value_bytes(graph, operand.value);
            ++group.operands;
        }
    }
    Rows rows{{"operands", "how", "because", "number", "bytes"}};
    for (const auto& [key, group] : groups) {
        rows.push_back({group.values.text(), std::string(to_string(key.first)), key.second, grouped(group.operands),
                        grouped(group.bytes)});
    }
    return table(rows, 3);
}

/// What moves bytes apart from operands of concats, and why.
std::string moves(const Plan& plan, const Graph& graph) {
    const auto moves = step_moves(graph, plan);
    std::map<std::pair<MoveKind, std::string>, OperandGroup> groups;
    for (std::size_t i = 0; i < moves.size(); ++i) {
        if (moves[i].kind == MoveKind::None || moves[i].decision >= 0) continue;
        const Step& step = plan.steps[i];
        const bool is_added = step.node.index < 0;
        OperandGroup& group = groups[{moves[i].kind, is_added ? step.reason : "computed by a kernel of its own"}];
        group.values.add(step.name);
        group.bytes += moves[i].bytes;
        ++group.operands;
    }
    if (groups.empty()) return {};
    Rows rows{{"other steps that move bytes", "how", "because", "number", "bytes"}};
    for (const auto& [key, group] : groups) {
        rows.push_back({group.values.text(), key.first == MoveKind::Copy ? "copied" : "converted", key.second,
                        grouped(group.operands), grouped(group.bytes)});
    }
    return "\n\n" + table(rows, 3);
}

}  // namespace

std::string plan_text(const PlanReport& report) {
    const auto others = moves(report.slices, report.graph);
    if (report.slices.decisions.empty()) return totals(report) + others;
    return fmt::format("{}\n\n{}\n\n{}{}", totals(report), concats(report.slices, report.graph),
                       operands(report.slices, report.graph), others);
}

}  // namespace abut::cli
