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

/// Which roots have become one, by the first of them.
class JoinedRoots {
public:
    explicit JoinedRoots(std::size_t roots) : first_(roots) { std::iota(first_.begin(), first_.end(), 0); }

    [[nodiscard]] int home(int root) {
        while (first_[slot(root)] != root) root = first_[slot(root)] = first_[slot(first_[slot(root)])];
        return root;
    }
    void join(int earlier, int later) { first_[slot(later)] = earlier; }

private:
    std::vector<int> first_;  // by root
};

class InPlace {
public:
    InPlace(const Graph& graph, const OpTraits& traits, Plan& plan)
        : graph_(graph),
          traits_(traits),
          plan_(plan),
          joined_(plan.roots.size()) {}

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
            const int home = joined_.home(join.input);
            root(home).last_step = root(join.result).last_step;
            joined_.join(home, join.result);
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
            PlannedView read = step.reads[i];
            if (read.root != input) continue;
            read.root = write.root;
            const bool is_input = i < node.inputs.size();
            if (!is_input || !traits_.may_write_over(graph_, node, static_cast<int>(i)) || !are_one_place(read, write))
                return false;
        }
        return true;
    }

    /// Every view in the root that it has now, without those that have none.
    void renumber() {
        std::vector<int> numbers(plan_.roots.size(), -1);
        std::vector<Root> roots;
        for (std::size_t r = 0; r < plan_.roots.size(); ++r) {
            if (joined_.home(static_cast<int>(r)) != static_cast<int>(r)) continue;
            numbers[r] = static_cast<int>(roots.size());
            roots.push_back(plan_.roots[r]);
        }
        const auto move = [&](PlannedView& view) { view.root = numbers[slot(joined_.home(view.root))]; };
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
    JoinedRoots joined_;
};

}  // namespace

bool are_one_place(const PlannedView& a, const PlannedView& b) {
    if (a.root != b.root || a.offset_bytes != b.offset_bytes || a.dtype != b.dtype || a.layout.shape != b.layout.shape)
        return false;
    for (int axis = 0; axis < a.layout.shape.rank(); ++axis) {
        if (a.layout.shape[axis] > 1 && a.layout.strides[axis] != b.layout.strides[axis]) return false;
    }
    return true;
}

bool writes_in_place(const Step& step) {
    return std::ranges::any_of(step.reads, [&](const PlannedView& read) {
        return element_count(read.layout.shape) > 0 && are_one_place(read, step.writes.front());
    });
}

void write_in_place(const Graph& graph, const OpTraits& traits, Plan& plan) {
    InPlace(graph, traits, plan).run();
}

}  // namespace abut::planning
