// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "cli/plan_report.hpp"
#include "onnx/file_text.hpp"

namespace abut::cli {

namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string totals(const PlanReport& report) {
    const PlanStatistics& slices = report.slices.statistics;
    const PlanStatistics& copies = report.copies.statistics;
    const auto row = [](const char* what, std::int64_t first, std::int64_t second) {
        return std::vector<std::string>{what, grouped(first), grouped(second)};
    };
    const Rows rows{
        {"", "slices", "copies"},
        row("concats without a copy", slices.concats_placed, copies.concats_placed),
        row("bytes copied", slices.copied_bytes, copies.copied_bytes),
        row("bytes converted between layouts", slices.conversion_bytes, copies.conversion_bytes),
        row("arena bytes", slices.arena_bytes, copies.arena_bytes),
        row("of these, padding", slices.padding_bytes, copies.padding_bytes),
        row("least bytes any plan needs", slices.lower_bound_bytes, copies.lower_bound_bytes),
        row("steps", static_cast<std::int64_t>(report.slices.steps.size()),
            static_cast<std::int64_t>(report.copies.steps.size())),
    };
    return fmt::format("{}: {} concats, {} kernels\n\n{}", onnx::printable(report.model), slices.concats, report.variants,
                       table(rows, 1));
}

bool is_copied(const OperandDecision& operand) {
    return operand.how == Rung::Copy;
}

std::string decisions(const Plan& plan, const Graph& graph) {
    Rows rows{{"concat", "axis", "operands", "placed", "copied"}};
    for (const Decision& decision : plan.decisions) {
        const auto copied = std::ranges::count_if(decision.operands, is_copied);
        const auto all = static_cast<std::ptrdiff_t>(decision.operands.size());
        rows.push_back({graph.node(decision.concat).name, fmt::format("{}", decision.axis), fmt::format("{}", all),
                        fmt::format("{}", all - copied), fmt::format("{}", copied)});
    }
    return table(rows, 1);
}

std::string reasons(const Plan& plan, const Graph& graph) {
    Rows rows{{"copied", "into", "because"}};
    for (const Decision& decision : plan.decisions) {
        for (const OperandDecision& operand : decision.operands) {
            if (is_copied(operand))
                rows.push_back({graph.value(operand.value).name, graph.node(decision.concat).name, operand.reason});
        }
    }
    return rows.size() == 1 ? "No operand is copied." : table(rows, 3);
}

}  // namespace

std::string plan_text(const PlanReport& report) {
    if (report.slices.decisions.empty()) return totals(report);
    return fmt::format("{}\n\n{}\n\n{}", totals(report), decisions(report.slices, report.graph),
                       reasons(report.slices, report.graph));
}

}  // namespace abut::cli
