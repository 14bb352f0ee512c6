// SPDX-License-Identifier: Apache-2.0
#include "plan/order_steps.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "core/slot.hpp"
#include "plan/arena_profile.hpp"
#include "plan/schedule.hpp"

namespace abut::planning {
namespace {

using StepList = std::vector<std::size_t>;

using core::slot;

/// What of each step has to be done first because of bytes of one root, memory that roots share left aside. No order that
/// keeps them changes them.
std::vector<std::vector<int>> dependencies_in_roots(const Plan& plan) {
    auto roots = plan.roots;
    std::int64_t end = 0;
    for (auto& root : roots) end = (root.arena_offset_bytes = end) + root.size_bytes;
    return dependencies_of(plan.steps, roots);
}

/// Whether two copies may belong together, the second reading what only the first writes.
bool follows(const Step& before, const Step& step) {
    return before.node.index < 0 && step.node.index < 0 && before.inputs == step.inputs;
}

class StepOrder {
public:
    StepOrder(const Plan& plan, std::int64_t alignment_bytes)
        : steps_(plan.steps),
          roots_(plan.roots),
          alignment_bytes_(alignment_bytes),
          budget_(most_work / (static_cast<int>(plan.steps.size()) + 1) + 4),
          dependencies_(dependencies_in_roots(plan)),
          touched_(roots_touched(plan.steps)),
          order_(plan.steps.size()),
          place_(plan.steps.size()) {
        std::iota(order_.begin(), order_.end(), std::size_t{0});
        place_ = order_;
    }

    /// Of the steps as they come; nothing if no other order was found.
    std::optional<StepList> run() {
        bool changed = false;
        for (int round = 0; round < most_rounds && improve(); ++round) changed = true;
        return changed ? std::optional(std::move(order_)) : std::nullopt;
    }

private:
    static constexpr int most_rounds = 16;
    /// Steps times roots that are moved.
    static constexpr int most_work = 1'000'000;

    /// The order that lowers the peak most, of those that move one root across it. False if none does.
    bool improve() {
        const auto live = live_bytes(roots_, steps_.size(), alignment_bytes_);
        const int peak = peak_step(live);
        StepList best;
        std::int64_t least = live[slot(peak)];
        for (std::size_t r = 0; r < roots_.size(); ++r) {
            const Root& root = roots_[r];
            if (root.kind != RootKind::Arena || root.first_step > peak || root.last_step < peak) continue;
            if (budget_-- <= 0) break;
            std::array orders{later(static_cast<int>(r), peak), earlier(static_cast<int>(r), peak)};
            for (StepList& order : orders) {
                if (order.empty()) continue;
                const auto most = peak_bytes(order);
                if (most >= least) continue;
                least = most;
                best = std::move(order);
            }
        }
        if (best.empty()) return false;
        order_ = std::move(best);
        for (std::size_t place = 0; place < order_.size(); ++place) place_[order_[place]] = place;
        set_lives(touched_, order_, roots_);
        return true;
    }

    /// What the roots need at most if steps come in that order.
    [[nodiscard]] std::int64_t peak_bytes(const StepList& order) const {
        auto roots = roots_;
        set_lives(touched_, order, roots);
        return std::ranges::max(live_bytes(roots, order.size(), alignment_bytes_));
    }

    [[nodiscard]] bool follows_the_one_before(std::size_t place) const {
        return place > 0 && follows(steps_[order_[place - 1]], steps_[order_[place]]);
    }

    [[nodiscard]] bool touches(std::size_t place, int root) const {
        const auto& touched = touched_[order_[place]];
        return std::ranges::find(touched, root) != touched.end();
    }

    /// The steps up to the peak that touch `root`, and those up to it that need them, behind the peak. Empty if it can't be.
    [[nodiscard]] StepList later(int root, int peak) const {
        std::vector<bool> moves(order_.size(), false);
        for (std::size_t s = 0; s <= slot(peak); ++s) {
            moves[s] = touches(s, root) || (s > 0 && moves[s - 1] && follows_the_one_before(s));
            for (const int before : dependencies_[order_[s]]) moves[s] = moves[s] || moves[place_[slot(before)]];
        }
        if (moves[slot(peak)]) return {};
        return split(moves, slot(peak) + 1);
    }

    /// The steps behind the peak that touch `root`, and those behind it that they need, before the peak.
    [[nodiscard]] StepList earlier(int root, int peak) const {
        std::vector<bool> needed(order_.size(), false);
        for (std::size_t s = order_.size(); s-- > slot(peak);) {
            needed[s] = needed[s] || touches(s, root);
            if (!needed[s]) continue;
            for (const int before : dependencies_[order_[s]]) needed[place_[slot(before)]] = true;
        }
        if (needed[slot(peak)]) return {};
        StepList order;
        const auto add = [&](std::size_t begin, std::size_t end, bool which) {
            for (std::size_t s = begin; s < end; ++s) {
                if (needed[s] == which) order.push_back(order_[s]);
            }
        };
        for (std::size_t s = 0; s < slot(peak); ++s) order.push_back(order_[s]);
        add(slot(peak), order_.size(), true);
        add(slot(peak), order_.size(), false);
        return whole(order) ? order : StepList{};
    }

    /// Of the steps before `end` those that stay, then those that move, then the rest.
    [[nodiscard]] StepList split(const std::vector<bool>& moves, std::size_t end) const {
        StepList order;
        for (const bool which : {false, true}) {
            for (std::size_t s = 0; s < end; ++s) {
                if (moves[s] == which) order.push_back(order_[s]);
            }
        }
        for (std::size_t s = end; s < order_.size(); ++s) order.push_back(order_[s]);
        return whole(order) ? order : StepList{};
    }

    /// Whether copies that belong together still follow one another.
    [[nodiscard]] bool whole(const StepList& order) const {
        for (std::size_t i = 0; i < order.size(); ++i) {
            const std::size_t s = place_[order[i]];
            if (!follows_the_one_before(s)) continue;
            if (i == 0 || place_[order[i - 1]] != s - 1) return false;
        }
        return true;
    }

    const std::vector<Step>& steps_;
    std::vector<Root> roots_;
    std::int64_t alignment_bytes_;
    int budget_;
    std::vector<std::vector<int>> dependencies_;  ///< by step of the plan, as what follows
    std::vector<std::vector<int>> touched_;
    StepList order_;  ///< by place
    StepList place_;
};

}  // namespace

std::optional<std::vector<std::size_t>> better_order(const Plan& plan, std::int64_t root_alignment_bytes) {
    // Dependencies take time and memory with the square of the steps, of which a plan with copies has one an operand.
    constexpr std::size_t most_steps_moved = 8192;
    if (plan.steps.empty() || plan.steps.size() > most_steps_moved) return std::nullopt;
    return StepOrder(plan, root_alignment_bytes).run();
}

void put_in_order(const std::vector<std::size_t>& order, Plan& plan) {
    std::vector<Step> steps;
    steps.reserve(order.size());
    for (const std::size_t s : order) steps.push_back(std::move(plan.steps[s]));
    plan.steps = std::move(steps);
    set_lives(plan.steps, plan.roots);
}

}  // namespace abut::planning
