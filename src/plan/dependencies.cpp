// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "plan/reachability.hpp"
#include "plan/region.hpp"
#include "plan/schedule.hpp"

namespace abut::planning {
namespace {

std::size_t slot(int index) {
    return static_cast<std::size_t>(index);
}

struct Access {
    int step;
    bool writes;
    Region region;
};

Region region_of(const PlannedView& view) {
    return {view.offset_bytes / size_bytes(view.dtype), view.layout};
}

/// All earlier steps that touch bytes of `root`, the last first, are candidates for an access to it.
void add_conflicts(const std::vector<Access>& accesses, const Access& now, std::vector<int>& before) {
    for (auto earlier = accesses.rbegin(); earlier != accesses.rend(); ++earlier) {
        if (earlier->step == now.step || (!earlier->writes && !now.writes)) continue;
        if (may_overlap(earlier->region, now.region)) before.push_back(earlier->step);
    }
}

bool share_arena(const Root& a, const Root& b) {
    if (a.kind != RootKind::Arena || b.kind != RootKind::Arena) return false;
    return a.arena_offset_bytes < b.arena_offset_bytes + b.size_bytes &&
           b.arena_offset_bytes < a.arena_offset_bytes + a.size_bytes;
}

/// Roots that had this one's memory before it, by root.
std::vector<std::vector<int>> predecessors(const std::vector<Root>& roots) {
    std::vector<std::vector<int>> result(roots.size());
    for (std::size_t a = 0; a < roots.size(); ++a) {
        for (std::size_t b = 0; b < roots.size(); ++b) {
            if (a != b && roots[a].last_step < roots[b].first_step && share_arena(roots[a], roots[b])) {
                result[b].push_back(static_cast<int>(a));
            }
        }
    }
    return result;
}

}  // namespace

void set_lives(const std::vector<Step>& steps, std::vector<Root>& roots) {
    std::vector<bool> seen(roots.size(), false);
    for (std::size_t s = 0; s < steps.size(); ++s) {
        const auto touch = [&](const PlannedView& view) {
            Root& root = roots[slot(view.root)];
            if (!seen[slot(view.root)]) root.first_step = static_cast<int>(s);
            root.last_step = static_cast<int>(s);
            seen[slot(view.root)] = true;
        };
        std::ranges::for_each(steps[s].reads, touch);
        std::ranges::for_each(steps[s].writes, touch);
    }
}

void set_dependencies(std::vector<Step>& steps, const std::vector<Root>& roots) {
    const auto before_root = predecessors(roots);
    std::vector<std::vector<Access>> accesses(roots.size());
    Reachability reachability(steps.size());
    for (std::size_t s = 0; s < steps.size(); ++s) {
        std::vector<int> before;
        const auto visit = [&](const PlannedView& view, bool writes) {
            const Access access{static_cast<int>(s), writes, region_of(view)};
            add_conflicts(accesses[slot(view.root)], access, before);
            for (const int root : before_root[slot(view.root)]) {
                for (const auto& earlier : accesses[slot(root)]) before.push_back(earlier.step);
            }
            accesses[slot(view.root)].push_back(access);
        };
        for (const auto& view : steps[s].reads) visit(view, false);
        for (const auto& view : steps[s].writes) visit(view, true);
        std::ranges::sort(before, std::greater<>());
        const auto repeated = std::ranges::unique(before);
        before.erase(repeated.begin(), repeated.end());
        for (const int step : before) {
            if (reachability.reaches(step, static_cast<int>(s))) continue;
            reachability.connect(step, static_cast<int>(s));
            steps[s].dependencies.push_back(step);
        }
        std::ranges::reverse(steps[s].dependencies);
    }
}

}  // namespace abut::planning
