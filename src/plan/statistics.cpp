// SPDX-License-Identifier: Apache-2.0
#include "plan/statistics.hpp"

#include <algorithm>
#include <numeric>

#include "plan/root_axes.hpp"

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

Region region_of(const PlannedView& view) {
    return {view.offset_bytes / size_bytes(view.dtype), view.layout};
}

struct Access {
    int step;
    bool writes;
    const PlannedView* view;
};

/// What touches one root, in order.
class Accesses {
public:
    void add(const Access& access) {
        if (element_count(access.view->layout.shape) == 0) return;
        all_.push_back(access);
    }

    /// Calls `visit(access, last)` for every write with the last step that needs what it wrote.
    template <class Visit>
    void for_each_write(const Visit& visit) {
        if (all_.empty()) return;
        const auto largest = std::ranges::max_element(
            all_, {}, [](const Access& access) { return element_count(access.view->layout.shape); });
        const RootAxes axes(largest->view->layout);
        BoxIndex reads;
        BoxIndex writes;
        for (std::size_t i = 0; i < all_.size(); ++i) {
            boxes_.push_back(axes.box_of(region_of(*all_[i].view)));
            (all_[i].writes ? writes : reads).insert(boxes_.back(), static_cast<int>(i));
        }
        for (std::size_t i = 0; i < all_.size(); ++i) {
            if (!all_[i].writes) continue;
            const auto after = near(writes, i, all_.size());
            const auto next = std::ranges::find_if(after, [&](std::size_t j) { return overlap(i, j); });
            const auto until = near(reads, i, next == after.end() ? all_.size() : *next);
            const auto last = std::find_if(until.rbegin(), until.rend(), [&](std::size_t j) { return overlap(i, j); });
            visit(all_[i], last == until.rend() ? all_[i].step : all_[*last].step);
        }
    }

private:
    /// Accesses of `index` after `i` and before `end` that may touch its bytes, in order.
    [[nodiscard]] std::vector<std::size_t> near(const BoxIndex& index, std::size_t i, std::size_t end) const {
        std::vector<std::size_t> found;
        index.for_each_near(boxes_[i], [&](int other) {
            if (slot(other) > i && slot(other) < end) found.push_back(slot(other));
        });
        std::ranges::sort(found);
        return found;
    }

    [[nodiscard]] bool overlap(std::size_t i, std::size_t j) const {
        return may_overlap(region_of(*all_[i].view), region_of(*all_[j].view));
    }

    std::vector<Access> all_;
    std::vector<Box> boxes_;
};

/// Sum over time of what begins and ends: the maximum.
std::int64_t peak(std::vector<std::int64_t> changes) {
    std::int64_t now = 0;
    std::int64_t most = 0;
    for (const auto change : changes) most = std::max(most, now += change);
    return most;
}

std::int64_t lower_bound_bytes(const Plan& plan) {
    std::vector<Accesses> accesses(plan.roots.size());
    for (std::size_t s = 0; s < plan.steps.size(); ++s) {
        const auto& step = plan.steps[s];
        for (const auto& view : step.reads) accesses[slot(view.root)].add({static_cast<int>(s), false, &view});
        for (const auto& view : step.writes) accesses[slot(view.root)].add({static_cast<int>(s), true, &view});
    }
    std::vector<std::int64_t> changes(plan.steps.size() + 1, 0);
    for (std::size_t r = 0; r < plan.roots.size(); ++r) {
        if (plan.roots[r].kind != RootKind::Arena) continue;
        accesses[r].for_each_write([&](const Access& write, int last) {
            const std::int64_t bytes = view_bytes(*write.view);
            changes[slot(write.step)] += bytes;
            changes[slot(last) + 1] -= bytes;
        });
    }
    return peak(std::move(changes));
}

/// At the step where the roots need most: what rounding to the alignment adds.
std::int64_t rounding_bytes(const Plan& plan, std::int64_t alignment) {
    std::vector<std::int64_t> sizes(plan.steps.size() + 1, 0);
    std::vector<std::int64_t> rounding(plan.steps.size() + 1, 0);
    const auto add = [&](int step, std::int64_t rounded, std::int64_t added) {
        if (slot(step) >= sizes.size()) return;
        sizes[slot(step)] += rounded;
        rounding[slot(step)] += added;
    };
    for (const auto& root : plan.roots) {
        if (root.kind != RootKind::Arena || root.size_bytes == 0 || root.last_step < root.first_step) continue;
        const std::int64_t rounded = (root.size_bytes + alignment - 1) / alignment * alignment;
        add(root.first_step, rounded, rounded - root.size_bytes);
        add(root.last_step + 1, -rounded, root.size_bytes - rounded);
    }
    std::partial_sum(sizes.begin(), sizes.end(), sizes.begin());
    std::partial_sum(rounding.begin(), rounding.end(), rounding.begin());
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
