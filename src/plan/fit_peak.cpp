// SPDX-License-Identifier: Apache-2.0
#include "plan/fit_peak.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "plan/assemble_plan.hpp"

namespace abut::planning {
namespace {

/// The step at which the arena's roots need most.
int peak_step(const Plan& plan) {
    std::vector<std::int64_t> change(plan.steps.size() + 1, 0);
    for (const auto& root : plan.roots) {
        if (root.kind != RootKind::Arena || root.last_step < root.first_step) continue;
        change[static_cast<std::size_t>(root.first_step)] += root.size_bytes;
        change[static_cast<std::size_t>(root.last_step) + 1] -= root.size_bytes;
    }
    std::int64_t now = 0;
    std::int64_t most = -1;
    int peak = 0;
    for (std::size_t s = 0; s < plan.steps.size(); ++s) {
        now += change[s];
        if (now <= most) continue;
        most = now;
        peak = static_cast<int>(s);
    }
    return peak;
}

class PeakFit {
public:
    PeakFit(const Graph& graph, const OpTraits& traits, std::int64_t alignment_bytes)
        : graph_(graph),
          traits_(traits),
          alignment_bytes_(alignment_bytes),
          budget_(most_work / (static_cast<int>(graph.values().size()) + 1) + 4) {}

    Plan run() {
        const Plan copies = assembled(place(graph_, traits_, ConcatMode::Copies));
        limit_bytes_ = copies.statistics.arena_bytes;
        take(place(graph_, traits_, ConcatMode::Slices));
        if (!fits()) without_rungs();
        while (!fits() && copy_one_concat()) continue;
        return fits() ? std::move(plan_) : copies;
    }

private:
    /// Values placed times placements tried.
    static constexpr int most_work = 50'000;

    Plan assembled(PlacementResult placement) const {
        return assemble_plan(graph_, traits_, std::move(placement), alignment_bytes_);
    }

    void take(PlacementResult placement) {
        start_ = placement.start;
        plan_ = assembled(std::move(placement));
    }

    [[nodiscard]] bool fits() const { return plan_.statistics.arena_bytes <= limit_bytes_; }

    /// Both rungs make buffers live longer: a plan without them may fit, and copies less than one without concats.
    void without_rungs() {
        for (const Ladder ladder : {Ladder{true, false}, Ladder{false, true}, Ladder{false, false}}) {
            auto placement = place(graph_, traits_, ConcatMode::Slices, ladder);
            RelationTable start = placement.start;
            Plan plan = assembled(std::move(placement));
            if (plan.statistics.arena_bytes >= plan_.statistics.arena_bytes) continue;
            plan_ = std::move(plan);
            start_ = std::move(start);
            ladder_ = ladder;
            if (fits()) return;
        }
    }

    /// Copies the operands of the concat that lowers the arena most. False if none does.
    bool copy_one_concat() {
        std::optional<std::pair<Plan, RelationTable>> best;
        for (const NodeId concat : concats_at_peak()) {
            if (budget_-- <= 0) break;
            RelationTable start = start_;
            for (const int index : start.of_node[static_cast<std::size_t>(concat.index)]) {
                drop(start.relations[static_cast<std::size_t>(index)],
                     "one buffer for all would raise the peak above that of copies");
            }
            Plan plan = assembled(place_from(graph_, traits_, start, ladder_));
            const Plan& least = best ? best->first : plan_;
            if (plan.statistics.arena_bytes < least.statistics.arena_bytes) best.emplace(std::move(plan), std::move(start));
        }
        if (!best) return false;
        std::tie(plan_, start_) = std::move(*best);
        return true;
    }

    /// Concats that share a root which is live at the peak.
    [[nodiscard]] std::vector<NodeId> concats_at_peak() const {
        const int peak = peak_step(plan_);
        std::vector<NodeId> concats;
        for (const auto& decision : plan_.decisions) {
            const auto is_live = [&](const OperandDecision& operand) {
                const auto& view = plan_.placements[static_cast<std::size_t>(operand.value.index)];
                if (!view || operand.how == Rung::Copy) return false;
                const Root& root = plan_.roots[static_cast<std::size_t>(view->root)];
                return root.kind == RootKind::Arena && root.first_step <= peak && peak <= root.last_step;
            };
            if (std::ranges::any_of(decision.operands, is_live)) concats.push_back(decision.concat);
        }
        return concats;
    }

    const Graph& graph_;
    const OpTraits& traits_;
    std::int64_t alignment_bytes_;
    int budget_;
    Ladder ladder_;
    std::int64_t limit_bytes_ = 0;
    RelationTable start_;
    Plan plan_;
};

}  // namespace

Plan plan_within_peak_of_copies(const Graph& graph, const OpTraits& traits, std::int64_t root_alignment_bytes) {
    return PeakFit(graph, traits, root_alignment_bytes).run();
}

}  // namespace abut::planning
