// SPDX-License-Identifier: Apache-2.0
#include "plan/order_steps.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/slot.hpp"
#include "plan/arena_profile.hpp"
#include "plan/schedule.hpp"

namespace abut::planning {
namespace {

using StepList = std::vector<std::size_t>;

using core::slot;

/// What of each step has to be done first because of bytes of one root, memory that roots share left aside.
std::vector<std::vector<int>> dependencies_in_roots(const Plan& plan) {
    auto roots = plan.roots;
    std::int64_t end = 0;
    for (auto& root : roots) end = (root.arena_offset_bytes = end) + root.size_bytes;
    auto steps = plan.steps;
    for (auto& step : steps) step.dependencies.clear();
    set_dependencies(steps, roots);
    std::vector<std::vector<int>> dependencies;
    for (auto& step : steps) dependencies.push_back(std::move(step.dependencies));
    return dependencies;
}

/// Whether two copies may belong together, the second reading what only the first writes.
bool follows(const Step& before, const Step& step) {
    return before.node.index < 0 && step.node.index < 0 && before.inputs == step.inputs;
}

class StepOrder {
public:
    StepOrder(Plan& plan, std::int64_t alignment_bytes)
        : plan_(plan),
          alignment_bytes_(alignment_bytes),
          budget_(most_work / (static_cast<int>(plan.steps.size()) + 1) + 4) {}

    bool run() {
        bool changed = false;
        for (int round = 0; round < most_rounds && improve(); ++round) changed = true;
        return changed;
    }

private:
    static constexpr int most_rounds = 16;
    /// Steps times roots that are moved.
    static constexpr int most_work = 1'000'000;

    [[nodiscard]] std::vector<Step> in_order(const StepList& order) const {
        std::vector<Step> steps;
        for (const std::size_t s : order) steps.push_back(plan_.steps[s]);
        return steps;
    }

    /// The order that lowers the peak most, of those that move one root across it. False if none does.
    bool improve() {
        const auto live = live_bytes(plan_, alignment_bytes_);
        const int peak = peak_step(live);
        dependencies_ = dependencies_in_roots(plan_);
        touched_ = roots_touched(plan_.steps);
        StepList best;
        std::int64_t least = live[slot(peak)];
        for (std::size_t r = 0; r < plan_.roots.size(); ++r) {
            const Root& root = plan_.roots[r];
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
        plan_.steps = in_order(best);
        set_lives(plan_.steps, plan_.roots);
        return true;
    }

    /// What the roots need at most if steps come in that order.
    [[nodiscard]] std::int64_t peak_bytes(const StepList& order) const {
        auto roots = plan_.roots;
        set_lives(touched_, order, roots);
        return std::ranges::max(live_bytes(roots, order.size(), alignment_bytes_));
    }

    [[nodiscard]] bool touches(std::size_t step, int root) const {
        return std::ranges::find(touched_[step], root) != touched_[step].end();
    }

    /// The steps up to the peak that touch `root`, and those up to it that need them, behind the peak. Empty if it can't be.
    [[nodiscard]] StepList later(int root, int peak) const {
        std::vector<bool> moves(plan_.steps.size(), false);
        for (std::size_t s = 0; s <= slot(peak); ++s) {
            moves[s] = touches(s, root) || (s > 0 && moves[s - 1] && follows(plan_.steps[s - 1], plan_.steps[s]));
            for (const int before : dependencies_[s]) moves[s] = moves[s] || moves[slot(before)];
        }
        if (moves[slot(peak)]) return {};
        return split(moves, slot(peak) + 1);
    }

    /// The steps behind the peak that touch `root`, and those behind it that they need, before the peak.
    [[nodiscard]] StepList earlier(int root, int peak) const {
        std::vector<bool> needed(plan_.steps.size(), false);
        for (std::size_t s = plan_.steps.size(); s-- > slot(peak);) {
            needed[s] = needed[s] || touches(s, root);
            if (!needed[s]) continue;
            for (const int before : dependencies_[s]) needed[slot(before)] = true;
        }
        if (needed[slot(peak)]) return {};
        StepList order;
        const auto add = [&](std::size_t begin, std::size_t end, bool which) {
            for (std::size_t s = begin; s < end; ++s) {
                if (needed[s] == which) order.push_back(s);
            }
        };
        for (std::size_t s = 0; s < slot(peak); ++s) order.push_back(s);
        add(slot(peak), plan_.steps.size(), true);
        add(slot(peak), plan_.steps.size(), false);
        return whole(order) ? order : StepList{};
    }

    /// Of the steps before `end` those that stay, then those that move, then the rest.
    [[nodiscard]] StepList split(const std::vector<bool>& moves, std::size_t end) const {
        StepList order;
        for (const bool which : {false, true}) {
            for (std::size_t s = 0; s < end; ++s) {
                if (moves[s] == which) order.push_back(s);
            }
        }
        for (std::size_t s = end; s < plan_.steps.size(); ++s) order.push_back(s);
        return whole(order) ? order : StepList{};
    }

    /// Whether copies that belong together still follow one another.
    [[nodiscard]] bool whole(const StepList& order) const {
        for (std::size_t i = 0; i < order.size(); ++i) {
            const std::size_t s = order[i];
            if (s == 0 || !follows(plan_.steps[s - 1], plan_.steps[s])) continue;
            if (i == 0 || order[i - 1] != s - 1) return false;
        }
        return true;
    }

    Plan& plan_;
    std::int64_t alignment_bytes_;
    int budget_;
    std::vector<std::vector<int>> dependencies_;
    std::vector<std::vector<int>> touched_;
};

}  // namespace

bool order_steps(Plan& plan, std::int64_t root_alignment_bytes) {
    // Dependencies take time and memory with the square of the steps, of which a plan with copies has one an operand.
    constexpr std::size_t most_steps_moved = 8192;
    return !plan.steps.empty() && plan.steps.size() <= most_steps_moved && StepOrder(plan, root_alignment_bytes).run();
}

}  // namespace abut::planning
