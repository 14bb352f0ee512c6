// SPDX-License-Identifier: Apache-2.0
#include "plan/arena_profile.hpp"

#include <algorithm>
#include <utility>

#include "core/slot.hpp"
#include "plan/byte_counts.hpp"
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

    /// Calls `visit(touch, last)` for every write, the last first, with the last step that needs what it wrote.
    template <class Visit>
    void for_each_write(const Visit& visit) {
        if (all_.empty()) return;
        const auto largest =
            std::ranges::max_element(all_, {}, [](const Touch& touch) { return element_count(touch.view->layout.shape); });
        const RootAxes axes(largest->view->layout);
        BoxIndex reads;  // of those behind, that of bytes not written over since
        BoxIndex writes;
        for (std::size_t i = all_.size(); i-- > 0;) {
            const Region region = region_of(*all_[i].view);
            const Box box = axes.box_of(region);
            if (all_[i].writes) {
                const int next = nearest(writes, box, region);
                const int read = last_before(next, reads, box, region);
                // What a step writes in place of it counts from that step on.
                const bool in_place = read >= 0 && next >= 0 && all_[slot(next)].step == all_[slot(read)].step;
                visit(all_[i], all_[read < 0 ? i : slot(read)].step - (in_place ? 1 : 0));
                const auto is_same = [&](int other) { return region_of(*all_[slot(other)].view) == region; };
                writes.forget(box, is_same);
                reads.forget(box, is_same);
            }
            (all_[i].writes ? writes : reads).insert(box, static_cast<int>(i));
        }
    }

private:
    [[nodiscard]] bool overlaps(int other, const Region& region) const {
        return may_overlap(region, region_of(*all_[slot(other)].view));
    }

    /// The first touch that is in `index` of bytes of `region`; -1 if none is.
    [[nodiscard]] int nearest(const BoxIndex& index, const Box& box, const Region& region) const {
        int first = -1;
        index.for_each_near(box, [&](int other) {
            if ((first < 0 || other < first) && overlaps(other, region)) first = other;
        });
        return first;
    }

    /// The last one before the touch `end`; of all if that is -1.
    [[nodiscard]] int last_before(int end, const BoxIndex& index, const Box& box, const Region& region) const {
        int last = -1;
        index.for_each_near(box, [&](int other) {
            if (other > last && (end < 0 || other < end) && overlaps(other, region)) last = other;
        });
        return last;
    }

    std::vector<Touch> all_;
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

std::vector<std::int64_t> live_bytes(const Plan& plan, std::int64_t alignment_bytes) {
    return live_bytes(plan.roots, plan.steps.size(), alignment_bytes);
}

std::vector<std::int64_t> live_bytes(const std::vector<Root>& roots, std::size_t steps, std::int64_t alignment_bytes) {
    std::vector<std::int64_t> changes(steps + 1, 0);
    for (const auto& root : roots) {
        if (root.kind != RootKind::Arena || root.last_step < root.first_step || steps == 0) continue;
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
