// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <numeric>
#include <optional>

#include "core/slot.hpp"
#include "plan/reachability.hpp"
#include "plan/root_axes.hpp"
#include "plan/schedule.hpp"

namespace abut::planning {
namespace {

using core::slot;

struct Access {
    int step;
    Region region;
};

/// What touched the bytes of one root so far.
struct RootUse {
    explicit RootUse(const Layout& largest) : axes(largest) {}

    RootAxes axes;
    std::vector<Access> accesses;
    BoxIndex reads;  ///< indices into accesses by place
    BoxIndex writes;
    std::vector<int> predecessors;  ///< roots that had parts of this one's memory right before it
    std::optional<std::vector<int>>
        last_steps;  ///< those that no other step on the root waits for, once it is not used any more
};

/// The layout of the largest view of each root; nothing for roots that no step touches.
std::vector<const Layout*> largest_views(const std::vector<Step>& steps, std::size_t roots) {
    std::vector<const Layout*> largest(roots, nullptr);
    const auto see = [&](const PlannedView& view) {
        const Layout*& known = largest[slot(view.root)];
        if (known == nullptr || element_count(known->shape) < element_count(view.layout.shape)) known = &view.layout;
    };
    for (const auto& step : steps) {
        std::ranges::for_each(step.reads, see);
        std::ranges::for_each(step.writes, see);
    }
    return largest;
}

/// Which root has each byte of the arena, as time goes on.
class Tenants {
public:
    /// Gives [begin, end) to `root`; `visit` is called for each root that had a part of it.
    template <class Visit>
    void take(std::int64_t begin, std::int64_t end, int root, const Visit& visit) {
        auto part = parts_.upper_bound(begin);
        if (part != parts_.begin()) --part;
        while (part != parts_.end() && part->first < end) {
            const auto [first, old] = *part;
            if (old.end <= begin) {
                ++part;
                continue;
            }
            visit(old.root);
            part = parts_.erase(part);
            if (first < begin) parts_[first] = {begin, old.root};
            if (end < old.end) parts_[end] = {old.end, old.root};
        }
        parts_[begin] = {end, root};
    }

private:
    struct Part {
        std::int64_t end;
        int root;
    };
    std::map<std::int64_t, Part> parts_;  // by first byte
};

class DependencyFinder {
public:
    DependencyFinder(const std::vector<Step>& steps, const std::vector<Root>& roots) : reachability_(steps.size()) {
        const auto largest = largest_views(steps, roots.size());
        uses_.reserve(roots.size());
        for (std::size_t r = 0; r < roots.size(); ++r) uses_.emplace_back(largest[r] == nullptr ? Layout{} : *largest[r]);
        set_predecessors(roots, largest);
    }

    /// Steps must come one after the other.
    std::vector<int> find(const Step& step, int now) {
        candidates_.clear();
        for (const auto& view : step.reads) visit(view, false, now);
        for (const auto& view : step.writes) visit(view, true, now);
        // The last first: those it waits for itself need not be named.
        std::ranges::sort(candidates_, [](const Candidate& a, const Candidate& b) { return a.step > b.step; });
        std::vector<int> dependencies;
        for (const auto& candidate : candidates_) {
            if (reachability_.reaches(candidate.step, now) || !conflicts(candidate)) continue;
            reachability_.connect(candidate.step, now);
            dependencies.push_back(candidate.step);
        }
        std::ranges::reverse(dependencies);
        return dependencies;
    }

private:
    /// An earlier step: one that touched the root before, near what is touched now, or one of another root.
    struct Candidate {
        int step;
        int root = -1;
        std::size_t earlier = 0;  // of the root's accesses
        std::size_t later = 0;
    };

    void set_predecessors(const std::vector<Root>& roots, const std::vector<const Layout*>& largest) {
        std::vector<int> order;
        for (std::size_t r = 0; r < roots.size(); ++r) {
            const bool holds_bytes = roots[r].kind == RootKind::Arena && roots[r].size_bytes > 0;
            if (holds_bytes && largest[r] != nullptr) order.push_back(static_cast<int>(r));
        }
        std::ranges::stable_sort(order, {}, [&](int root) { return roots[slot(root)].first_step; });
        Tenants tenants;
        for (const int r : order) {
            const Root& root = roots[slot(r)];
            const std::int64_t end = root.arena_offset_bytes + root.size_bytes;
            tenants.take(root.arena_offset_bytes, end, r, [&](int before) {
                if (roots[slot(before)].last_step < root.first_step) uses_[slot(r)].predecessors.push_back(before);
            });
        }
    }

    void visit(const PlannedView& view, bool writes, int now) {
        RootUse& use = uses_[slot(view.root)];
        for (const int root : use.predecessors) {
            for (const int step : last_steps(uses_[slot(root)])) candidates_.push_back({step});
        }
        if (element_count(view.layout.shape) == 0) return;
        const Region region = region_of(view);
        const Box box = use.axes.box_of(region);
        const std::size_t later = use.accesses.size();
        const auto add = [&](int earlier) {
            const int step = use.accesses[slot(earlier)].step;
            if (step != now) candidates_.push_back({step, view.root, slot(earlier), later});
        };
        use.writes.for_each_near(box, add);
        if (writes) use.reads.for_each_near(box, add);
        // Who has to wait for what touched these bytes before waits for this write.
        const auto is_same = [&](int earlier) { return use.accesses[slot(earlier)].region == region; };
        if (writes) use.writes.forget(box, is_same);
        if (writes) use.reads.forget(box, is_same);
        use.accesses.push_back({now, region});
        (writes ? use.writes : use.reads).insert(box, static_cast<int>(later));
    }

    const std::vector<int>& last_steps(RootUse& use) const {
        if (use.last_steps) return *use.last_steps;
        std::vector<int>& last = use.last_steps.emplace();
        auto waited_for = reachability_.nothing();
        for (auto access = use.accesses.rbegin(); access != use.accesses.rend(); ++access) {
            if (reachability_.contains(waited_for, access->step)) continue;
            last.push_back(access->step);
            reachability_.add(waited_for, access->step);
        }
        return last;
    }

    [[nodiscard]] bool conflicts(const Candidate& candidate) const {
        if (candidate.root < 0) return true;
        const auto& accesses = uses_[slot(candidate.root)].accesses;
        return may_overlap(accesses[candidate.earlier].region, accesses[candidate.later].region);
    }

    Reachability reachability_;
    std::vector<RootUse> uses_;  // by root
    std::vector<Candidate> candidates_;
};

}  // namespace

std::vector<std::vector<int>> roots_touched(const std::vector<Step>& steps) {
    std::vector<std::vector<int>> touched(steps.size());
    for (std::size_t s = 0; s < steps.size(); ++s) {
        for (const auto& view : steps[s].reads) touched[s].push_back(view.root);
        for (const auto& view : steps[s].writes) touched[s].push_back(view.root);
    }
    return touched;
}

void set_lives(const std::vector<Step>& steps, std::vector<Root>& roots) {
    std::vector<std::size_t> order(steps.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    set_lives(roots_touched(steps), order, roots);
}

void set_lives(const std::vector<std::vector<int>>& touched, const std::vector<std::size_t>& order,
               std::vector<Root>& roots) {
    std::vector<bool> seen(roots.size(), false);
    for (std::size_t place = 0; place < order.size(); ++place) {
        for (const int r : touched[order[place]]) {
            Root& root = roots[slot(r)];
            if (!seen[slot(r)]) root.first_step = static_cast<int>(place);
            root.last_step = static_cast<int>(place);
            seen[slot(r)] = true;
        }
    }
}

std::vector<std::vector<int>> dependencies_of(const std::vector<Step>& steps, const std::vector<Root>& roots) {
    DependencyFinder finder(steps, roots);
    std::vector<std::vector<int>> dependencies;
    dependencies.reserve(steps.size());
    for (std::size_t s = 0; s < steps.size(); ++s) dependencies.push_back(finder.find(steps[s], static_cast<int>(s)));
    return dependencies;
}

}  // namespace abut::planning
