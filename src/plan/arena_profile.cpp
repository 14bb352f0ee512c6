// SPDX-License-Identifier: Apache-2.0
#include "plan/arena_profile.hpp"

#include <algorithm>
#include <utility>

#include "core/slot.hpp"
#include "plan/root_axes.hpp"

namespace abut::planning {
namespace {

using core::slot;

struct Touch {
    int step;
    bool writes;
    const PlannedView* view;
};

/// What touches one root, in order.
class RootTouches {
public:
    void add(const Touch& touch) {
        if (element_count(touch.view->layout.shape) == 0) return;
        all_.push_back(touch);
    }

    /// Calls `visit(touch, last)` for every write with the last step that needs what it wrote.
    template <class Visit>
    void for_each_write(const Visit& visit) {
        if (all_.empty()) return;
        const auto largest =
            std::ranges::max_element(all_, {}, [](const Touch& touch) { return element_count(touch.view->layout.shape); });
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
            const int read = last == until.rend() ? all_[i].step : all_[*last].step;
            // What a step writes in place of it counts from that step on.
            const bool in_place = next != after.end() && all_[*next].step == read;
            visit(all_[i], in_place ? read - 1 : read);
        }
    }

private:
    /// RootTouches of `index` after `i` and before `end` that may touch its bytes, in order.
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

    std::vector<Touch> all_;
    std::vector<Box> boxes_;
};

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

std::int64_t view_bytes(const PlannedView& view) {
    return element_count(view.layout.shape) * size_bytes(view.dtype);
}

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
    std::vector<RootTouches> touches(plan.roots.size());
    for (std::size_t s = 0; s < plan.steps.size(); ++s) {
        const auto& step = plan.steps[s];
        for (const auto& view : step.reads) touches[slot(view.root)].add({static_cast<int>(s), false, &view});
        for (const auto& view : step.writes) touches[slot(view.root)].add({static_cast<int>(s), true, &view});
    }
    std::vector<std::int64_t> changes(plan.steps.size() + 1, 0);
    for (std::size_t r = 0; r < plan.roots.size(); ++r) {
        if (plan.roots[r].kind != RootKind::Arena) continue;
        touches[r].for_each_write([&](const Touch& write, int last) {
            const std::int64_t bytes = view_bytes(*write.view);
            changes[slot(write.step)] += bytes;
            changes[slot(last) + 1] -= bytes;
        });
    }
    changes = sums(std::move(changes));
    return std::ranges::max(changes);
}

}  // namespace abut::planning
