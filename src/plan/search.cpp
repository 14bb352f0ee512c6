// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/slot.hpp"
#include "plan/choices.hpp"
#include "plan/cost.hpp"
#include "plan/forced_rungs.hpp"
#include "plan/placement.hpp"
#include "plan/relation_groups.hpp"

namespace abut::planning {
namespace {

using core::slot;

/// The cheapest choices for one group of relations. Wherever they can't all hold, one of a conflict has to be given up: a
/// tree of such choices, of which branches that cost as much as the best placement so far are left out. If the tree is
/// searched to its end, no other choices cost less.
class GroupSearch {
public:
    GroupSearch(const Graph& graph, const OpTraits& traits, const Ladder& ladder, const RelationGroup& group, int& budget)
        : graph_(graph),
          traits_(traits),
          ladder_(ladder),
          group_(group),
          choices_(graph, traits, ladder, group),
          budget_(budget),
          looks_(budget * looks_an_attempt) {}

    /// Replaces `best` by the best that was found. Whether the tree was searched to its end.
    bool run(PlacementResult& best) {
        best_ = &best;
        best_cost_ = cost(best.table);
        most_copied_bytes_ = most_copied_bytes(best.table);
        const RelationTable start = best.start;
        const int for_repairs = budget_ / 2;
        budget_ -= for_repairs;
        search_from(start);
        budget_ += for_repairs;
        if (complete_) return true;
        while (budget_ > 0 && restore_and_repair()) {}
        return false;
    }

    [[nodiscard]] int placements() const { return placements_; }

private:
    /// A choice that is looked at and left out costs a part of the graph's size too.
    static constexpr std::int64_t looks_an_attempt = 16;
    /// What else is done for a placement takes as long as so many attempts.
    static constexpr int least_attempts = 4;

    /// A change of layout may not be traded for a copy: no more is copied than at first. Where times are known, copies may
    /// take the place of second stores and segments: no more than with copies.
    [[nodiscard]] std::int64_t most_copied_bytes(const RelationTable& table) const {
        const std::int64_t at_first = copied_bytes(graph_, table, group_.relations);
        if (counts_bytes_alone(table.model)) return at_first;
        std::int64_t of_joins = 0;
        for (const int index : group_.relations) {
            const auto& relation = table.relations[slot(index)];
            const auto* box = std::get_if<BoxRelation>(&relation.view);
            if (box != nullptr && box->joins) of_joins += moved_bytes(graph_, relation);
        }
        return std::max(at_first, of_joins);
    }

    [[nodiscard]] Cost cost(const RelationTable& table) const {
        return cost_of(graph_, table, group_.relations, group_.ports);
    }

    void search_from(const RelationTable& start) {
        FirstConflict conflict;
        place(start, conflict);
        explore(start, conflict);
    }

    /// Takes back choices of the best placement, one after the other and then two at a time, and looks for what else to give
    /// up for them. Whether that found a better one.
    bool restore_and_repair() {
        const Cost before = best_cost_;
        std::vector<int> given_up;
        for (const int index : group_.relations) {
            if (!best_->start.relations[slot(index)].holds()) given_up.push_back(index);
        }
        for (const int index : given_up) repair(restored(best_->start, index));
        for (std::size_t i = 0; i < given_up.size() && best_cost_ == before; ++i) {
            for (std::size_t j = 0; j < i && best_cost_ == before; ++j)
                repair(restored(restored(best_->start, given_up[i]), given_up[j]));
        }
        return best_cost_ < before;
    }

    void repair(const RelationTable& start) {
        constexpr int most_attempts = 64 * least_attempts;
        if (budget_ <= 0) return;
        const int others = budget_ - std::min(budget_, most_attempts);
        budget_ -= others;
        looks_ = budget_ * looks_an_attempt;
        seen_.clear();
        search_from(start);
        budget_ += others;
    }

    /// `start` with the relation `index` as an alias, with those of its concat if that is read in segments.
    static RelationTable restored(RelationTable start, int index) {
        const auto restore = [&](int r) {
            auto& relation = start.relations[slot(r)];
            drop(relation, {}, Rung::Alias);
            relation.may_store_twice = true;
        };
        const Relation& relation = start.relations[slot(index)];
        if (relation.how != Rung::SegmentedRead) {
            restore(index);
        } else {
            std::ranges::for_each(start.of_node[slot(relation.node.index)], restore);
        }
        return start;
    }

    /// Places `start`, keeps it if it is the best, and says which conflict it met first in this group.
    void place(const RelationTable& start, FirstConflict& conflict) {
        conflict.wanted.assign(start.relations.size(), false);
        for (const int index : group_.relations) conflict.wanted[slot(index)] = true;
        PlacementResult placement = place_from(graph_, traits_, start, ladder_, &conflict);
        budget_ -= std::max(placement.attempts, least_attempts);
        ++placements_;
        const Cost found = cost(placement.table);
        if (found >= best_cost_) return;
        if (copied_bytes(graph_, placement.table, group_.relations) > most_copied_bytes_) return;
        best_cost_ = found;
        *best_ = std::move(placement);
        best_->start = start;
    }

    void explore(const RelationTable& start, const FirstConflict& conflict) {
        for (const Choice& choice : choices_.after(start, conflict)) {
            if (budget_ <= 0 || looks_-- <= 0) {
                complete_ = false;
                return;
            }
            RelationTable next = start;
            apply(choice, next);
            if (choices_.least_cost(next) >= best_cost_ || !seen_.insert(signature(next)).second) continue;
            FirstConflict deeper;
            place(next, deeper);
            explore(next, deeper);
        }
    }

    [[nodiscard]] std::string signature(const RelationTable& table) const {
        std::string text;
        for (const int index : group_.relations)
            text += static_cast<char>((table.relations[slot(index)].may_store_twice ? 'a' : 'A') +
                                      static_cast<int>(table.relations[slot(index)].how));
        for (const int port : group_.ports) text += table.ports[slot(port)].holds ? '+' : '-';
        return text;
    }

    const Graph& graph_;
    const OpTraits& traits_;
    Ladder ladder_;
    const RelationGroup& group_;
    Choices choices_;
    int& budget_;  ///< attempts of placements
    std::int64_t looks_;
    int placements_ = 0;
    PlacementResult* best_ = nullptr;
    Cost best_cost_;
    std::int64_t most_copied_bytes_ = 0;
    std::set<std::string> seen_;
    bool complete_ = true;
};

/// Whether no other choices can cost less.
bool is_settled(const Graph& graph, const RelationTable& table, const std::vector<int>& relations,
                const std::vector<int>& ports) {
    Cost least;
    for (const int index : relations) least = least + least_cost_of(graph, table.relations[slot(index)]);
    return cost_of(graph, table, relations, ports) <= least;
}

/// Square of the graph's size times attempts, and more for small graphs: a large network is searched in milliseconds.
constexpr std::int64_t most_work = 36'000'000;
constexpr std::int64_t size_of_small_graphs = 266;
/// What has eight concats of three operands is searched to its end, or nearly, though half is kept for repairs.
constexpr std::int64_t size_of_least_graphs = 64;
constexpr std::int64_t most_attempts = 320'000;

int budget_for(const Graph& graph, const RelationTable& table) {
    const auto size = static_cast<std::int64_t>(std::max(graph.values().size(), table.relations.size())) + 1;
    if (size <= size_of_least_graphs) return most_attempts;
    const std::int64_t work = most_work * std::max(size_of_small_graphs, size) / size;
    return static_cast<int>(work / (size * size)) + 16;
}

}  // namespace

PlacementResult place(const Graph& graph, const OpTraits& traits, const PlanOptions& options, const Ladder& ladder) {
    RelationTable start = collect_relations(graph, traits, options);
    force_rungs(graph, traits, options.forced_rungs, start);
    if (options.concat == ConcatMode::Copies)
        return place_from(graph, traits, std::move(start), {.segmented_reads = false, .multi_stores = false});
    PlacementResult best = place_from(graph, traits, start, ladder);
    best.start = std::move(start);

    int budget = budget_for(graph, best.table);
    SearchSummary summary;
    for (const RelationGroup& group : relation_groups(graph, best.table)) {
        if (is_settled(graph, best.table, group.relations, group.ports)) continue;
        ++summary.groups;
        if (budget <= 0) continue;
        GroupSearch search(graph, traits, ladder, group, budget);
        if (search.run(best)) ++summary.groups_exact;
        summary.placements += search.placements();
    }
    best.search = summary;
    return best;
}

}  // namespace abut::planning
