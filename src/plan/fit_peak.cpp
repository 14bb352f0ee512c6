// SPDX-License-Identifier: Apache-2.0
#include "plan/fit_peak.hpp"

#include <algorithm>
#include <optional>
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
        Draft copies = drafted(place(graph_, traits_, ConcatMode::Copies));
        limit_bytes_ = copies.plan.statistics.arena_bytes;
        auto placement = place(graph_, traits_, ConcatMode::Slices);
        start_ = placement.start;
        best_ = drafted(std::move(placement));
        if (!fits()) leave_out_rungs();
        while (!fits() && copy_one_concat()) continue;
        return finish_plan(graph_, traits_, fits() ? std::move(best_) : std::move(copies), alignment_bytes_);
    }

private:
    /// Values placed times placements tried.
    static constexpr int most_work = 50'000;

    Draft drafted(PlacementResult placement) const { return draft_plan(graph_, std::move(placement), alignment_bytes_); }

    static std::int64_t arena_bytes(const Draft& draft) { return draft.plan.statistics.arena_bytes; }

    [[nodiscard]] bool fits() const { return arena_bytes(best_) <= limit_bytes_; }

    /// Both rungs make buffers live longer: a plan without them may fit, and copies less than one without concats.
    void leave_out_rungs() {
        for (const Ladder ladder : {Ladder{true, false}, Ladder{false, true}, Ladder{false, false}}) {
            auto placement = place(graph_, traits_, ConcatMode::Slices, ladder);
            RelationTable start = placement.start;
            Draft draft = drafted(std::move(placement));
            if (arena_bytes(draft) >= arena_bytes(best_)) continue;
            best_ = std::move(draft);
            start_ = std::move(start);
            ladder_ = ladder;
            if (fits()) return;
        }
    }

    /// Copies the operands of the concat that lowers the arena most. False if none does.
    bool copy_one_concat() {
        std::optional<std::pair<Draft, RelationTable>> found;
        for (const NodeId concat : concats_at_peak()) {
            if (budget_-- <= 0) break;
            RelationTable start = start_;
            for (const int index : start.of_node[static_cast<std::size_t>(concat.index)]) {
                drop(start.relations[static_cast<std::size_t>(index)],
                     "one buffer for all would raise the peak above that of copies");
            }
            Draft draft = drafted(place_from(graph_, traits_, start, ladder_));
            if (arena_bytes(draft) < arena_bytes(found ? found->first : best_))
                found.emplace(std::move(draft), std::move(start));
        }
        if (!found) return false;
        std::tie(best_, start_) = std::move(*found);
        return true;
    }

    /// Concats that share a root which is live at the peak.
    [[nodiscard]] std::vector<NodeId> concats_at_peak() const {
        const Plan& plan = best_.plan;
        const int peak = peak_step(plan);
        const auto is_live = [&](ValueId value) {
            const auto& view = plan.placements[static_cast<std::size_t>(value.index)];
            if (!view) return false;
            const Root& root = plan.roots[static_cast<std::size_t>(view->root)];
            return root.kind == RootKind::Arena && root.first_step <= peak && peak <= root.last_step;
        };
        std::vector<NodeId> concats;
        for (const auto& relation : best_.table.relations) {
            const auto* box = std::get_if<BoxRelation>(&relation.view);
            if (box == nullptr || !box->joins || relation.how == Rung::Copy || !is_live(box->part)) continue;
            if (concats.empty() || concats.back() != relation.node) concats.push_back(relation.node);
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
    Draft best_;
};

}  // namespace

Plan plan_within_peak_of_copies(const Graph& graph, const OpTraits& traits, std::int64_t root_alignment_bytes) {
    return PeakFit(graph, traits, root_alignment_bytes).run();
}

}  // namespace abut::planning
