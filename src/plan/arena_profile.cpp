// SPDX-License-Identifier: Apache-2.0
#include "plan/arena_profile.hpp"

#include <algorithm>
#include <utility>

#include "plan/region.hpp"

namespace abut::planning {
namespace {

std::size_t slot(int index) {
    return static_cast<std::size_t>(index);
}

std::int64_t view_bytes(const PlannedView& view) {
    return element_count(view.layout.shape) * size_bytes(view.dtype);
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

/// The sums over time of what begins and ends.
std::vector<std::int64_t> sums(std::vector<std::int64_t> changes) {
    std::int64_t now = 0;
    for (auto& change : changes) change = now += change;
    return changes;
}

std::int64_t rounded(std::int64_t bytes, std::int64_t alignment) {
    return (bytes + alignment - 1) / alignment * alignment;
}

}  // namespace

std::vector<std::int64_t> live_bytes(const Plan& plan, std::int64_t alignment_bytes) {
    std::vector<std::int64_t> changes(plan.steps.size() + 1, 0);
    for (const auto& root : plan.roots) {
        if (root.kind != RootKind::Arena || root.last_step < root.first_step || plan.steps.empty()) continue;
        const std::int64_t bytes = rounded(root.size_bytes, alignment_bytes);
        changes[slot(root.first_step)] += bytes;
        changes[slot(root.last_step) + 1] -= bytes;
    }
    changes = sums(std::move(changes));
    changes.pop_back();
    return changes;
}

int peak_step(const std::vector<std::int64_t>& live_bytes) {
    return static_cast<int>(std::ranges::max_element(live_bytes) - live_bytes.begin());
}

std::int64_t rounding_bytes(const Plan& plan, std::int64_t alignment_bytes) {
    if (plan.steps.empty()) return 0;
    const auto live = live_bytes(plan, alignment_bytes);
    const auto peak = slot(peak_step(live));
    return live[peak] - live_bytes(plan, 1)[peak];
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
    changes = sums(std::move(changes));
    return std::ranges::max(changes);
}

}  // namespace abut::planning
