// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "plan/assemble_plan.hpp"
#include "plan/cost.hpp"

namespace abut::planning {

/// A placement with its steps, its arena, and what that costs.
struct Candidate {
    RelationTable start;  ///< the choices that it was placed from
    Draft draft;
    Cost cost;
    int attempts = 0;  ///< see PlacementResult

    [[nodiscard]] std::int64_t arena_bytes() const { return draft.plan.statistics.arena_bytes; }
    /// Whether it needs more than it may, or more than is near the lower bound.
    [[nodiscard]] bool is_large() const { return cost.over_bytes > 0 || cost.excess_bytes > 0; }
};

/// Makes candidates of one graph and judges them all by the same bounds. All that it is made of must outlive it.
class Candidates {
public:
    Candidates(const Graph& graph, const OpTraits& traits, const PlanOptions& options)
        : graph_(graph),
          traits_(traits),
          model_(options.cost_model),
          alignment_bytes_(options.root_alignment_bytes),
          limit_bytes_(options.memory_limit_bytes.value_or(std::numeric_limits<std::int64_t>::max())) {}

    /// The plan with copies, `forced` apart; its steps in another order where that takes less memory.
    Candidate copies(const std::vector<ForcedRung>& forced);
    /// The fastest placement that was found, without regard to memory. It may copy to save other work, but no more than may
    /// be copied.
    Candidate slices(const std::vector<ForcedRung>& forced);
    Candidate placed(RelationTable start);
    /// Moves steps, and keeps that where it costs less, or as much with a smaller arena.
    void reorder(Candidate& candidate);

    [[nodiscard]] std::int64_t limit_bytes() const { return limit_bytes_; }
    /// No plan may need more memory than `copies`, or copy more.
    void bound_by(const Candidate& copies);
    /// Copies that `candidate` has because they are fast may stay; others aren't made to come nearer to the lower bound.
    void tolerate_copies_of(const Candidate& candidate);
    /// An arena by so much above the lower bound of `candidate` is not worth a read in segments. The bound falls with copies
    /// left out. Judges it anew.
    void tolerate_less(Candidate& candidate);
    [[nodiscard]] bool copies_too_much(const Candidate& candidate) const;

private:
    Candidate first(ConcatMode mode, const std::vector<ForcedRung>& forced, const CostModel& model);
    Candidate drafted(PlacementResult placement);
    void judge(Candidate& candidate) const;

    const Graph& graph_;
    const OpTraits& traits_;
    const CostModel& model_;
    std::int64_t alignment_bytes_;
    std::int64_t limit_bytes_;
    std::int64_t most_copied_bytes_ = std::numeric_limits<std::int64_t>::max();
    std::int64_t tolerated_moved_bytes_ = 0;
    std::int64_t tolerated_bytes_ = std::numeric_limits<std::int64_t>::max() / 2;
};

}  // namespace abut::planning
