// SPDX-License-Identifier: Apache-2.0
#include "plan/fit_peak.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "abut/error.hpp"
#include "plan/arena_profile.hpp"
#include "plan/assemble_plan.hpp"
#include "plan/cost.hpp"
#include "plan/forced_rungs.hpp"
#include "plan/homes.hpp"
#include "plan/in_place.hpp"
#include "plan/order_steps.hpp"
#include "plan/peak_moves.hpp"

namespace abut::planning {
namespace {

/// What the steps, and the arena as a whole, need above `limit`.
std::int64_t bytes_above(const std::vector<std::int64_t>& live, std::int64_t arena_bytes, std::int64_t limit) {
    std::int64_t sum = std::max<std::int64_t>(arena_bytes - limit, 0);
    for (const auto bytes : live) sum += std::max<std::int64_t>(bytes - limit, 0);
    return sum;
}

bool is_above_limit(const Draft& draft, const PlanOptions& options) {
    return options.memory_limit_bytes && draft.plan.statistics.arena_bytes > *options.memory_limit_bytes;
}

Plan finished(const Graph& graph, const OpTraits& traits, Draft draft, const PlanOptions& options) {
    require_forced(graph, draft.table);
    if (is_above_limit(draft, options)) {
        const auto& steps = draft.plan.steps;
        const auto peak = peak_step(live_bytes(draft.plan, options.root_alignment_bytes));
        throw Error(
            ErrorCode::OutOfMemory,
            fmt::format("the memory limit is {} bytes; the least that a plan was found for is {}, which step \"{}\" needs",
                        *options.memory_limit_bytes, draft.plan.statistics.arena_bytes,
                        steps.at(static_cast<std::size_t>(peak)).name));
    }
    return finish_plan(graph, traits, std::move(draft), options.root_alignment_bytes);
}

class MemorySearch {
public:
    MemorySearch(const Graph& graph, const OpTraits& traits, const PlanOptions& options)
        : graph_(graph),
          traits_(traits),
          forced_(options.forced_rungs),
          model_(options.cost_model),
          alignment_bytes_(options.root_alignment_bytes),
          limit_bytes_(options.memory_limit_bytes.value_or(std::numeric_limits<std::int64_t>::max())),
          budget_(most_work / (static_cast<int>(graph.values().size()) + 1) + 4) {}

    Draft copies() { return copies_candidate(forced_).draft; }

    Draft slices() {
        if (!forced_.empty()) return forced_slices();
        Candidate copies = copies_candidate({});
        const std::int64_t user_limit = limit_bytes_;
        most_copied_bytes_ = copied_bytes(graph_, copies.draft.table);
        limit_bytes_ = std::min(limit_bytes_, copies.draft.plan.statistics.arena_bytes);
        best_ = first_slices();
        tolerate_copies();
        tolerate_less();
        if (is_large(best_)) fit();
        const bool takes_copies =
            best_.cost.over_bytes > 0 && arena_bytes(copies) <= std::max(arena_bytes(best_), user_limit);
        if (takes_copies) {
            for (auto& relation : copies.draft.table.relations) {
                if (!relation.reason.empty()) relation.reason = above_copies;
            }
            keep(std::move(copies));
        }
        best_.draft.plan.statistics.search.placements += tried_;
        return std::move(best_.draft);
    }

private:
    static constexpr auto above_copies = "what else was found would need more memory than may be used";
    /// Values placed times placements tried; one that takes many attempts counts as several.
    static constexpr int most_work = 50'000;
    static constexpr int most_repairs = 2;

    struct Candidate {
        RelationTable start;
        Draft draft;
        Cost cost;
    };

    static std::int64_t arena_bytes(const Candidate& candidate) { return candidate.draft.plan.statistics.arena_bytes; }
    static bool is_large(const Candidate& candidate) {
        return candidate.cost.over_bytes > 0 || candidate.cost.excess_bytes > 0;
    }

    [[nodiscard]] bool copies_more(const Candidate& candidate) const {
        return copied_bytes(graph_, candidate.draft.table) > most_copied_bytes_;
    }

    [[nodiscard]] PlacementResult first_placement(ConcatMode mode, const std::vector<ForcedRung>& forced,
                                                  const CostModel& model) const {
        return place(
            graph_, traits_,
            {.concat = mode, .root_alignment_bytes = alignment_bytes_, .forced_rungs = forced, .cost_model = model});
    }

    /// The fastest placement that was found. It may copy to save other work, but no more than with copies.
    Candidate first_slices() {
        PlacementResult placement = first_placement(ConcatMode::Slices, {}, model_);
        if (copied_bytes(graph_, placement.table) > most_copied_bytes_ && !counts_bytes_alone(model_))
            placement = first_placement(ConcatMode::Slices, {}, {});
        return candidate(std::move(placement));
    }

    /// What is forced may copy more or need more memory than copies do.
    Draft forced_slices() {
        most_copied_bytes_ = std::numeric_limits<std::int64_t>::max();
        best_ = candidate(first_placement(ConcatMode::Slices, forced_, model_));
        tolerate_copies();
        tolerate_less();
        if (is_large(best_)) fit();
        best_.draft.plan.statistics.search.placements += tried_;
        return std::move(best_.draft);
    }

    Candidate copies_candidate(const std::vector<ForcedRung>& forced) {
        Candidate copies = candidate(first_placement(ConcatMode::Copies, forced, model_));
        if (copies.cost.over_bytes > 0) reorder(copies);
        return copies;
    }

    Candidate candidate(PlacementResult placement) {
        Candidate result{.start = std::move(placement.start), .draft = {}, .cost = {}};
        result.draft = draft_plan(graph_, traits_, std::move(placement), alignment_bytes_);
        set_cost(result);
        return result;
    }

    /// Copies that were chosen because they are fast may stay; others aren't made to come nearer to the lower bound.
    void tolerate_copies() {
        if (!counts_bytes_alone(model_)) tolerated_moved_bytes_ = moved_bytes(graph_, best_.draft.table);
    }

    void set_cost(Candidate& candidate) {
        const Plan& plan = candidate.draft.plan;
        const auto live = live_bytes(plan, alignment_bytes_);
        candidate.cost = cost_of(graph_, candidate.draft.table);
        candidate.cost.moved_bytes =
            std::max<std::int64_t>(moved_bytes(graph_, candidate.draft.table) - tolerated_moved_bytes_, 0);
        candidate.cost.over_bytes = bytes_above(live, plan.statistics.arena_bytes, limit_bytes_);
        const std::int64_t rounding = rounding_bytes(plan, alignment_bytes_);
        candidate.cost.excess_bytes = bytes_above(live, plan.statistics.arena_bytes, tolerated_bytes_ + rounding);
    }

    /// An arena by so much above the lower bound is not worth a read in segments. The bound falls with copies left out.
    void tolerate_less() {
        const std::int64_t bound = lower_bound_bytes(best_.draft.plan);
        best_.draft.plan.statistics.lower_bound_bytes = bound;  // of this order of steps; place_roots forgets it
        tolerated_bytes_ = std::min(tolerated_bytes_, bound + bound / 64);
        set_cost(best_);
    }

    void fit() {
        if (reorder(best_); !is_large(best_)) return;
        const RelationTable wanted = best_.start;
        const int for_more = best_.cost.over_bytes > 0 ? budget_ / 2 : 0;
        budget_ -= for_more;
        lower_peak();
        budget_ += for_more;
        if (best_.cost.over_bytes > 0) build_up(wanted);
        if (is_large(best_)) reorder(best_);
        restore_homes();
    }

    /// The other way round: no concat has a home at first, then as many as there is memory for get what they have in
    /// `wanted`.
    void build_up(const RelationTable& wanted) {
        Candidate built = placed(without_homes(graph_, traits_, wanted));
        if (built.cost.over_bytes > 0) reorder(built);
        grant(wanted, concats_of(wanted), built);
        if (!copies_more(built) && built.cost < best_.cost) keep(std::move(built));
    }

    /// To all of `concats` at once; where that is too much, to the halves of them; second stores at least to one.
    void grant(const RelationTable& wanted, const std::vector<NodeId>& concats, Candidate& built) {
        if (concats.empty() || budget_ <= 0 || accept(with_choices_of(built.start, wanted, concats), built)) return;
        if (concats.size() == 1) {
            if (budget_ > 0 && !built.start.is_segmented(concats.front()))
                accept(with_second_stores(built.start, concats.front()), built);
            return;
        }
        const auto middle = concats.begin() + std::ssize(concats) / 2;
        grant(wanted, {concats.begin(), middle}, built);
        grant(wanted, {middle, concats.end()}, built);
    }

    bool accept(RelationTable start, Candidate& built) {
        Candidate found = placed(std::move(start));
        if (copies_more(found)) return false;
        if (found.cost.over_bytes > built.cost.over_bytes) reorder(found);
        if (found.cost >= built.cost) return false;
        built = std::move(found);
        return true;
    }

    void reorder(Candidate& candidate) {
        Candidate ordered = candidate;
        if (!order_steps(ordered.draft.plan, alignment_bytes_)) return;
        write_in_place(graph_, traits_, ordered.draft.plan);
        place_roots(ordered.draft.plan, alignment_bytes_);
        set_cost(ordered);
        if (ordered.cost < candidate.cost) candidate = std::move(ordered);
    }

    Candidate placed(RelationTable start) {
        constexpr int attempts_of_most = 4;
        ++tried_;
        PlacementResult placement = place_from(graph_, traits_, start, {});
        budget_ -= std::max(placement.attempts / attempts_of_most, 1);
        placement.start = std::move(start);
        return candidate(std::move(placement));
    }

    /// `from` with the change at its peak that costs least; nothing if none is an improvement.
    std::optional<Candidate> improved(const Candidate& from) {
        const Plan& plan = from.draft.plan;
        const int peak = peak_step(live_bytes(plan, alignment_bytes_));
        std::optional<Candidate> best;
        const auto try_move = [&](RelationTable start) {
            if (budget_ <= 0) return false;
            Candidate found = placed(std::move(start));
            if (!copies_more(found) && found.cost < (best ? best->cost : from.cost)) best = std::move(found);
            return true;
        };
        for_each_peak_move(graph_, traits_, from.start, plan, from.draft.table, peak, from.cost.over_bytes > 0, try_move);
        return best;
    }

    void lower_peak() {
        while (is_large(best_)) {
            auto found = improved(best_);
            if (!found) return;
            keep(std::move(*found));
        }
    }

    /// Takes changes back that others have made needless, or that another one replaces.
    void restore_homes() {
        for (std::size_t n = 0; n < graph_.nodes().size() && budget_ > 0; ++n) {
            auto start = with_home(best_.start, NodeId{static_cast<std::int32_t>(n)});
            if (!start) continue;
            std::optional<Candidate> found = placed(std::move(*start));
            if (copies_more(*found)) continue;
            for (int repair = 0; found && found->cost >= best_.cost && repair < most_repairs; ++repair) {
                found = improved(*found);
            }
            if (found && found->cost < best_.cost) keep(std::move(*found));
        }
    }

    void keep(Candidate found) {
        found.draft.plan.statistics.search = best_.draft.plan.statistics.search;
        best_ = std::move(found);
        tolerate_less();
    }

    const Graph& graph_;
    const OpTraits& traits_;
    const std::vector<ForcedRung>& forced_;
    const CostModel& model_;
    std::int64_t alignment_bytes_;
    std::int64_t limit_bytes_;
    int budget_;
    int tried_ = 0;
    std::int64_t most_copied_bytes_ = 0;
    std::int64_t tolerated_moved_bytes_ = 0;
    std::int64_t tolerated_bytes_ = std::numeric_limits<std::int64_t>::max() / 2;
    Candidate best_;
};

}  // namespace

Plan plan_within_memory(const Graph& graph, const OpTraits& traits, const PlanOptions& options) {
    Draft draft = MemorySearch(graph, traits, options).slices();
    if (is_above_limit(draft, options)) {
        // A limit bends the search; so the least is looked for in one way, whatever the limit is.
        PlanOptions least = options;
        least.memory_limit_bytes = 0;
        draft = MemorySearch(graph, traits, least).slices();
    }
    return finished(graph, traits, std::move(draft), options);
}

Plan copies_within_memory(const Graph& graph, const OpTraits& traits, const PlanOptions& options) {
    return finished(graph, traits, MemorySearch(graph, traits, options).copies(), options);
}

}  // namespace abut::planning
