// SPDX-License-Identifier: Apache-2.0
#include "plan/in_place.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "core/slot.hpp"
#include "plan/arena_profile.hpp"

namespace abut::planning {
namespace {

using core::slot;

/// Whether two views have the same elements in the same places of their roots; axes of extent 1 have no stride that matters.
bool lie_alike(const PlannedView& a, const PlannedView& b) {
    if (a.offset_bytes != b.offset_bytes || a.dtype != b.dtype || a.layout.shape != b.layout.shape) return false;
    for (int axis = 0; axis < a.layout.shape.rank(); ++axis) {
        if (a.layout.shape[axis] > 1 && a.layout.strides[axis] != b.layout.strides[axis]) return false;
    }
    return true;
}

class InPlace {
public:
    InPlace(const Graph& graph, const OpTraits& traits, Plan& plan)
        : graph_(graph),
          traits_(traits),
          plan_(plan),
          home_(plan.roots.size()) {
        std::iota(home_.begin(), home_.end(), 0);
    }

    void run() {
        std::vector<Join> joins;
        for (std::size_t s = 0; s < plan_.steps.size(); ++s) {
            if (auto join = find_join(static_cast<int>(s))) joins.push_back(*join);
        }
        if (joins.empty()) return;
        const auto live = live_bytes(plan_, 1);
        auto least = live;
        for (const Join& join : joins) least[slot(join.step)] -= root(join.result).size_bytes;
        const std::int64_t peak = std::ranges::max(least);
        std::erase_if(joins, [&](const Join& join) { return live[slot(join.step)] <= peak; });
        for (const Join& join : joins) {
            // Joins come in the order of steps: where the input is now is known.
            home_[slot(join.result)] = home_[slot(join.input)];
            root(home_[slot(join.input)]).last_step = root(join.result).last_step;
        }
        if (!joins.empty()) renumber();
    }

private:
    /// At `step` the root `result` may take the place of the root `input`.
    struct Join {
        int step;
        int input;
        int result;
    };

    [[nodiscard]] Root& root(int index) { return plan_.roots[slot(index)]; }

    [[nodiscard]] std::optional<Join> find_join(int now) {
        const Step& step = plan_.steps[slot(now)];
        if (step.node.index < 0 || step.writes.size() != 1) return std::nullopt;
        const Node& node = graph_.node(step.node);
        const PlannedView& write = step.writes.front();
        if (root(write.root).kind != RootKind::Arena || root(write.root).first_step != now) return std::nullopt;
        for (std::size_t i = 0; i < node.inputs.size(); ++i) {
            const bool may = traits_.may_write_over(graph_, node, static_cast<int>(i));
            if (may && can_join(step, now, step.reads[i].root, write)) return Join{now, step.reads[i].root, write.root};
        }
        return std::nullopt;
    }

    [[nodiscard]] bool can_join(const Step& step, int now, int input, const PlannedView& write) {
        const Root& before = root(input);
        if (before.kind != RootKind::Arena || before.last_step != now || input == write.root) return false;
        if (before.size_bytes != root(write.root).size_bytes || before.size_bytes == 0) return false;
        const Node& node = graph_.node(step.node);
        for (std::size_t i = 0; i < step.reads.size(); ++i) {
            if (step.reads[i].root != input) continue;
            const bool may = i < node.inputs.size() && traits_.may_write_over(graph_, node, static_cast<int>(i));
            if (!may || !lie_alike(step.reads[i], write)) return false;
        }
        return true;
    }

    /// Every view in the root that it has now, without those that have none.
    void renumber() {
        std::vector<int> numbers(plan_.roots.size(), -1);
        std::vector<Root> roots;
        for (std::size_t r = 0; r < plan_.roots.size(); ++r) {
            if (home_[r] != static_cast<int>(r)) continue;
            numbers[r] = static_cast<int>(roots.size());
            roots.push_back(plan_.roots[r]);
        }
        const auto move = [&](PlannedView& view) { view.root = numbers[slot(home_[slot(view.root)])]; };
        for (auto& placement : plan_.placements) {
            if (placement) move(*placement);
        }
        for (auto& step : plan_.steps) {
            std::ranges::for_each(step.reads, move);
            std::ranges::for_each(step.writes, move);
        }
        plan_.roots = std::move(roots);
    }

    const Graph& graph_;
    const OpTraits& traits_;
    Plan& plan_;
    std::vector<int> home_;  // by root: the first of those that it is joined with
};

}  // namespace

bool writes_in_place(const Step& step) {
    return std::ranges::any_of(step.reads, [&](const PlannedView& read) {
        const PlannedView& write = step.writes.front();
        return element_count(read.layout.shape) > 0 && read.root == write.root && lie_alike(read, write);
    });
}

void write_in_place(const Graph& graph, const OpTraits& traits, Plan& plan) {
    InPlace(graph, traits, plan).run();
}

}  // namespace abut::planning
