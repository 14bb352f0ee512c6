// SPDX-License-Identifier: Apache-2.0
#include "plan/statistics.hpp"

#include <algorithm>
#include <variant>

#include "plan/arena_profile.hpp"
#include "plan/byte_counts.hpp"
#include "plan/cost.hpp"
#include "plan/decisions.hpp"
#include "plan/in_place.hpp"

namespace abut::planning {
namespace {

/// Of another order of a value's elements that is made in a concat's slice, for the concat alone.
std::int64_t converted_into_slices_bytes(const Graph& graph, const RelationTable& table) {
    std::int64_t bytes = 0;
    for (const auto& relation : table.relations) {
        const auto* join = join_of(relation);
        const auto* brought = join == nullptr ? nullptr : brought_by(graph, table, relation);
        const bool is_box = brought != nullptr && std::holds_alternative<BoxRelation>(brought->view);
        if (brought != nullptr && !is_box) bytes += value_bytes(graph, join->part);
    }
    return bytes;
}

}  // namespace

std::int64_t bytes_counted_as_copied(const Graph& graph, const RelationTable& table) {
    return copied_bytes(graph, table) + converted_into_slices_bytes(graph, table);
}

void set_statistics(const Graph& graph, const OpTraits& traits, const RelationTable& table, std::int64_t alignment_bytes,
                    Plan& plan) {
    PlanStatistics& statistics = plan.statistics;
    std::int64_t added_bytes = 0;
    for (const auto& step : plan.steps) {
        if (step.node.index < 0) {
            added_bytes += view_bytes(step.writes.front());
        } else {
            statistics.copied_bytes += traits.moved_bytes(graph, graph.node(step.node));
        }
    }
    const std::int64_t moved_bytes = bytes_counted_as_copied(graph, table);
    statistics.copied_bytes += moved_bytes;
    statistics.conversion_bytes = added_bytes - moved_bytes;
    if (!counts_bytes_alone(table.model)) statistics.estimated_ns = cost_of(graph, table).time_ns;
    statistics.concats = static_cast<int>(plan.decisions.size());
    for (const auto& decision : plan.decisions) {
        const auto copied = [](const OperandDecision& operand) { return operand.how == Rung::Copy; };
        if (std::ranges::none_of(decision.operands, copied)) ++statistics.concats_placed;
        for (const auto& operand : decision.operands)
            statistics.concat_copied_bytes += copied(operand) ? value_bytes(graph, operand.value) : 0;
    }
    if (statistics.lower_bound_bytes == 0) statistics.lower_bound_bytes = lower_bound_bytes(plan);
    statistics.in_place_steps = static_cast<int>(std::ranges::count_if(plan.steps, writes_in_place));
    statistics.padding_bytes = rounding_bytes(plan, alignment_bytes);
}

}  // namespace abut::planning
