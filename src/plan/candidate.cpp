// SPDX-License-Identifier: Apache-2.0
#include "plan/candidate.hpp"

#include <algorithm>
#include <utility>

#include "plan/arena_profile.hpp"
#include "plan/in_place.hpp"
#include "plan/order_steps.hpp"
#include "plan/statistics.hpp"

namespace abut::planning {
namespace {

/// What the steps, and the arena as a whole, need above `limit`.
std::int64_t bytes_above(const std::vector<std::int64_t>& live, std::int64_t arena_bytes, std::int64_t limit) {
    std::int64_t sum = std::max<std::int64_t>(arena_bytes - limit, 0);
    for (const auto bytes : live) sum += std::max<std::int64_t>(bytes - limit, 0);
    return sum;
}

}  // namespace

Candidate Candidates::copies(const std::vector<ForcedRung>& forced) {
    Candidate copies = first(ConcatMode::Copies, forced, model_);
    reorder(copies);
    return copies;
}

Candidate Candidates::slices(const std::vector<ForcedRung>& forced) {
    Candidate fastest = first(ConcatMode::Slices, forced, model_);
    if (!copies_too_much(fastest) || counts_bytes_alone(model_)) return fastest;
    return first(ConcatMode::Slices, forced, {});
}

Candidate Candidates::placed(RelationTable start) {
    PlacementResult placement = place_from(graph_, traits_, start, {});
    placement.start = std::move(start);
    return drafted(std::move(placement));
}

void Candidates::reorder(Candidate& candidate) {
    const auto order = better_order(candidate.draft.plan, alignment_bytes_);
    if (!order) return;
    Candidate ordered = candidate;
    put_in_order(*order, ordered.draft.plan);
    write_in_place(graph_, traits_, ordered.draft.plan);
    place_roots(ordered.draft.plan, alignment_bytes_);
    judge(ordered);
    const auto worth = [](const Candidate& judged) { return std::pair(judged.cost, judged.arena_bytes()); };
    if (worth(ordered) < worth(candidate)) candidate = std::move(ordered);
}

void Candidates::bound_by(const Candidate& copies) {
    most_copied_bytes_ = bytes_counted_as_copied(graph_, copies.draft.table);
    limit_bytes_ = std::min(limit_bytes_, copies.arena_bytes());
}

void Candidates::tolerate_copies_of(const Candidate& candidate) {
    if (!counts_bytes_alone(model_)) tolerated_moved_bytes_ = moved_bytes(graph_, candidate.draft.table);
}

void Candidates::tolerate_less(Candidate& candidate) {
    const std::int64_t bound = lower_bound_bytes(candidate.draft.plan);
    candidate.draft.plan.statistics.lower_bound_bytes = bound;  // of this order of steps; place_roots forgets it
    tolerated_bytes_ = std::min(tolerated_bytes_, bound + bound / 64);
    judge(candidate);
}

bool Candidates::copies_too_much(const Candidate& candidate) const {
    return bytes_counted_as_copied(graph_, candidate.draft.table) > most_copied_bytes_;
}

Candidate Candidates::first(ConcatMode mode, const std::vector<ForcedRung>& forced, const CostModel& model) {
    return drafted(
        place(graph_, traits_,
              {.concat = mode, .root_alignment_bytes = alignment_bytes_, .forced_rungs = forced, .cost_model = model}));
}

Candidate Candidates::drafted(PlacementResult placement) {
    Candidate result{.start = std::move(placement.start), .draft = {}, .cost = {}, .attempts = placement.attempts};
    result.draft = draft_plan(graph_, traits_, std::move(placement), alignment_bytes_);
    judge(result);
    return result;
}

void Candidates::judge(Candidate& candidate) const {
    const Plan& plan = candidate.draft.plan;
    const auto live = live_bytes(plan, alignment_bytes_);
    candidate.cost = cost_of(graph_, candidate.draft.table);
    candidate.cost.moved_bytes =
        std::max<std::int64_t>(moved_bytes(graph_, candidate.draft.table) - tolerated_moved_bytes_, 0);
    candidate.cost.over_bytes = bytes_above(live, candidate.arena_bytes(), limit_bytes_);
    const std::int64_t rounding = rounding_bytes(plan, alignment_bytes_);
    candidate.cost.excess_bytes = bytes_above(live, candidate.arena_bytes(), tolerated_bytes_ + rounding);
}

}  // namespace abut::planning
