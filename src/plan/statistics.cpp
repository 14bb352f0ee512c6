// SPDX-License-Identifier: Apache-2.0
#include "plan/statistics.hpp"

#include <algorithm>

#include "plan/region.hpp"

namespace abut::planning {
namespace {

std::size_t slot(int index) {
    return static_cast<std::size_t>(index);
}

std::int64_t view_bytes(const PlannedView& view) {
    return element_count(view.layout.shape) * size_bytes(view.dtype);
}

/// Bytes that copies move because a box relation was dropped.
std::int64_t dropped_box_bytes(const Graph& graph, const RelationTable& table) {
    std::int64_t bytes = 0;
    for (const auto& relation : table.relations) {
        const auto* box = std::get_if<BoxRelation>(&relation.view);
        if (box == nullptr || relation.how != Rung::Copy) continue;
        const Value& part = graph.value(box->part);
        bytes += element_count(part.shape) * size_bytes(part.dtype);
    }
    return bytes;
}

struct Access {
    int step;
    bool writes;
    const PlannedView* view;
};

/// The last step that needs what access `i` of `accesses` wrote.
int last_use(const std::vector<Access>& accesses, std::size_t i) {
    const auto region = [](const PlannedView& view) {
        return Region{view.offset_bytes / size_bytes(view.dtype), view.layout};
    };
    int last = accesses[i].step;
    for (std::size_t j = i + 1; j < accesses.size(); ++j) {
        if (!may_overlap(region(*accesses[i].view), region(*accesses[j].view))) continue;
        if (accesses[j].writes) break;
        last = accesses[j].step;
    }
    return last;
}

/// Sum over time of what begins and ends: the maximum.
std::int64_t peak(std::vector<std::int64_t> changes) {
    std::int64_t now = 0;
    std::int64_t most = 0;
    for (const auto change : changes) most = std::max(most, now += change);
    return most;
}

std::int64_t lower_bound_bytes(const Plan& plan) {
    std::vector<std::vector<Access>> accesses(plan.roots.size());
    for (std::size_t s = 0; s < plan.steps.size(); ++s) {
        const auto& step = plan.steps[s];
        for (const auto& view : step.reads) accesses[slot(view.root)].push_back({static_cast<int>(s), false, &view});
        for (const auto& view : step.writes) accesses[slot(view.root)].push_back({static_cast<int>(s), true, &view});
    }
    std::vector<std::int64_t> changes(plan.steps.size() + 1, 0);
    for (std::size_t r = 0; r < plan.roots.size(); ++r) {
        if (plan.roots[r].kind != RootKind::Arena) continue;
        for (std::size_t i = 0; i < accesses[r].size(); ++i) {
            if (!accesses[r][i].writes) continue;
            const std::int64_t bytes = view_bytes(*accesses[r][i].view);
            changes[slot(accesses[r][i].step)] += bytes;
            changes[slot(last_use(accesses[r], i)) + 1] -= bytes;
        }
    }
    return peak(std::move(changes));
}

/// At the step where the roots need most: what rounding to the alignment adds.
std::int64_t rounding_bytes(const Plan& plan, std::int64_t alignment) {
    std::vector<std::int64_t> sizes(plan.steps.size() + 1, 0);
    std::vector<std::int64_t> rounding(plan.steps.size() + 1, 0);
    for (const auto& root : plan.roots) {
        if (root.kind != RootKind::Arena || root.size_bytes == 0) continue;
        const std::int64_t rounded = (root.size_bytes + alignment - 1) / alignment * alignment;
        for (int s = root.first_step; s <= root.last_step && slot(s) < sizes.size(); ++s) {
            sizes[slot(s)] += rounded;
            rounding[slot(s)] += rounded - root.size_bytes;
        }
    }
    return rounding[static_cast<std::size_t>(std::ranges::max_element(sizes) - sizes.begin())];
}

}  // namespace

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
    const std::int64_t box_bytes = dropped_box_bytes(graph, table);
    statistics.copied_bytes += box_bytes;
    statistics.conversion_bytes = added_bytes - box_bytes;
    statistics.concats = static_cast<int>(plan.decisions.size());
    for (const auto& decision : plan.decisions) {
        const auto copied = [](const OperandDecision& operand) { return operand.how == Rung::Copy; };
        if (std::ranges::none_of(decision.operands, copied)) ++statistics.concats_placed;
    }
    statistics.lower_bound_bytes = lower_bound_bytes(plan);
    statistics.padding_bytes = rounding_bytes(plan, alignment_bytes);
}

}  // namespace abut::planning
