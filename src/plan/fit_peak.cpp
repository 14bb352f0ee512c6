// SPDX-License-Identifier: Apache-2.0
#include "plan/fit_peak.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "core/slot.hpp"
#include "plan/arena_profile.hpp"
#include "plan/candidate.hpp"
#include "plan/homes.hpp"
#include "plan/peak_moves.hpp"

namespace abut::planning {
namespace {

using core::slot;

class MemorySearch {
public:
    MemorySearch(const Graph& graph, const OpTraits& traits, const PlanOptions& options)
        : graph_(graph),
          traits_(traits),
          forced_(options.forced_rungs),
          alignment_bytes_(options.root_alignment_bytes),
          candidates_(graph, traits, options) {}

    Draft copies() { return candidates_.copies(forced_).draft; }

    Draft slices() {
        // What is forced may copy more or need more memory than copies do.
        if (!forced_.empty()) {
            search();
        } else {
            search_beside(candidates_.copies({}));
        }
        best_.draft.plan.statistics.search.placements += tried_;
        name_peaks();
        return std::move(best_.draft);
    }

private:
    /// Values or relations placed times placements tried; one that takes many attempts counts as several.
    static constexpr int most_work = 50'000;
    static constexpr int most_repairs = 2;

    void search_beside(Candidate copies) {
        const std::int64_t user_limit = candidates_.limit_bytes();
        candidates_.bound_by(copies);
        search();
        if (best_.cost.over_bytes == 0 || copies.arena_bytes() > std::max(best_.arena_bytes(), user_limit)) return;
        for (auto& relation : copies.draft.table.relations) {
            if (join_of(relation) != nullptr)
                relation.reason = "all else that was found would need more memory than may be used";
        }
        keep(std::move(copies));
    }

    void search() {
        best_ = candidates_.slices(forced_);
        candidates_.tolerate_copies_of(best_);
        candidates_.tolerate_less(best_);
        if (best_.is_large()) fit();
    }

    void fit() {
        const std::size_t size = std::max(graph_.values().size(), best_.draft.table.relations.size());
        budget_ = most_work / (static_cast<int>(size) + 1) + 4;
        if (candidates_.reorder(best_); !best_.is_large()) return;
        const RelationTable wanted = best_.start;
        const int for_more = best_.cost.over_bytes > 0 ? budget_ / 2 : 0;
        budget_ -= for_more;
        lower_peak();
        budget_ += for_more;
        if (best_.cost.over_bytes > 0) build_up(wanted);
        if (best_.is_large()) candidates_.reorder(best_);
        restore_homes();
    }

    /// The other way round: no concat has a home at first, then as many as there is memory for get what they have in
    /// `wanted`.
    void build_up(const RelationTable& wanted) {
        Candidate built = placed(without_homes(graph_, traits_, wanted));
        if (built.cost.over_bytes > 0) candidates_.reorder(built);
        grant(wanted, concats_of(wanted), built);
        if (!candidates_.copies_too_much(built) && built.cost < best_.cost) keep(std::move(built));
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
        if (candidates_.copies_too_much(found)) return false;
        if (found.cost.over_bytes > built.cost.over_bytes) candidates_.reorder(found);
        if (found.cost >= built.cost) return false;
        built = std::move(found);
        return true;
    }

    Candidate placed(RelationTable start) {
        constexpr int attempts_of_most = 4;
        Candidate found = candidates_.placed(std::move(start));
        budget_ -= std::max(found.attempts / attempts_of_most, 1);
        ++tried_;
        return found;
    }

    /// `from` with the change at its peak that costs least; nothing if none is an improvement.
    std::optional<Candidate> improved(const Candidate& from) {
        const Plan& plan = from.draft.plan;
        const int peak = peak_step(live_bytes(plan, alignment_bytes_));
        std::optional<Candidate> best;
        const auto try_move = [&](RelationTable start) {
            if (budget_ <= 0) return false;
            Candidate found = placed(std::move(start));
            if (!candidates_.copies_too_much(found) && found.cost < (best ? best->cost : from.cost)) best = std::move(found);
            return true;
        };
        for_each_peak_move(graph_, traits_, from.start, plan, from.draft.table, peak, from.cost.over_bytes > 0, try_move);
        return best;
    }

    void lower_peak() {
        while (best_.is_large()) {
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
            if (candidates_.copies_too_much(*found)) continue;
            for (int repair = 0; found && found->cost >= best_.cost && repair < most_repairs; ++repair) {
                found = improved(*found);
            }
            if (found && found->cost < best_.cost) keep(std::move(*found));
        }
    }

    /// How much more memory the operands need that are copied for lack of it, in the reasons of the first few concats.
    void name_peaks() {
        constexpr int most_concats = 16;
        int named = 0;
        for (const NodeId concat : concats_of(best_.draft.table)) {
            const auto is_copied = [&](int r) { return best_.draft.table.relations[slot(r)].reason == above_limit; };
            const auto& relations = best_.draft.table.of_node[slot(concat)];
            if (std::ranges::none_of(relations, is_copied)) continue;
            auto start = with_home(best_.start, concat);
            if (!start) continue;
            if (named++ == most_concats) return;
            Candidate placed = candidates_.placed(std::move(*start));
            candidates_.reorder(placed);
            const std::int64_t more_bytes = placed.arena_bytes() - best_.arena_bytes();
            if (more_bytes <= 0) continue;
            for (const int r : relations) {
                if (is_copied(r))
                    best_.draft.table.relations[slot(r)].reason = fmt::format("{}: by {} bytes", above_limit, more_bytes);
            }
        }
    }

    void keep(Candidate found) {
        found.draft.plan.statistics.search = best_.draft.plan.statistics.search;
        best_ = std::move(found);
        candidates_.tolerate_less(best_);
    }

    const Graph& graph_;
    const OpTraits& traits_;
    const std::vector<ForcedRung>& forced_;
    std::int64_t alignment_bytes_;
    Candidates candidates_;
    int budget_ = 0;  ///< of what is left to place
    int tried_ = 0;
    Candidate best_;
};

}  // namespace

Draft fitted_slices(const Graph& graph, const OpTraits& traits, const PlanOptions& options) {
    return MemorySearch(graph, traits, options).slices();
}

Draft ordered_copies(const Graph& graph, const OpTraits& traits, const PlanOptions& options) {
    return MemorySearch(graph, traits, options).copies();
}

}  // namespace abut::planning
