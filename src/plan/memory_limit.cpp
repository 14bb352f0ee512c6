// SPDX-License-Identifier: Apache-2.0
#include "plan/memory_limit.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "plan/arena_profile.hpp"
#include "plan/cost.hpp"
#include "plan/fit_peak.hpp"
#include "plan/forced_rungs.hpp"
#include "plan/homes.hpp"

namespace abut::planning {
namespace {

std::int64_t arena_bytes(const Draft& draft) {
    return draft.plan.statistics.arena_bytes;
}

/// The search knows one bound, the lower of both.
void name_limit(RelationTable& table) {
    const std::string_view reason = above_limit;
    for (auto& relation : table.relations) {
        if (relation.reason.starts_with(reason)) relation.reason.insert(reason.size(), " or the memory limit");
    }
}

/// A graph in one mode, searched under one limit after another.
class LimitSearch {
public:
    using Search = Draft (*)(const Graph&, const OpTraits&, const PlanOptions&);

    LimitSearch(const Graph& graph, const OpTraits& traits, const PlanOptions& options, Search search)
        : graph_(graph),
          traits_(traits),
          options_(options),
          search_(search) {}

    std::variant<Plan, LeastMemory> run() {
        if (auto draft = unforced()) return finished(std::move(*draft));
        Draft draft = without_limit(options_.forced_rungs);
        if (fits(draft)) return finished(std::move(draft));
        Draft bent = searched(options_.memory_limit_bytes);
        if (fits(bent)) return finished(std::move(bent));
        draft = least(std::move(draft));
        if (fits(draft)) return finished(std::move(draft));
        require_forced(graph_, draft.table);
        const auto peak = peak_step(live_bytes(draft.plan, options_.root_alignment_bytes));
        return LeastMemory{arena_bytes(draft), draft.plan.steps.at(static_cast<std::size_t>(peak)).name};
    }

private:
    /// The plan that nothing was asked of, if it has what is asked.
    std::optional<Draft> unforced() {
        if (options_.forced_rungs.empty()) return std::nullopt;
        Draft draft = without_limit({});
        if (!fits(draft) || !take_rungs(graph_, options_.forced_rungs, draft.table)) return std::nullopt;
        return draft;
    }

    /// A limit bends the search, where concats are not in place sometimes to what takes less memory and costs no more.
    Draft without_limit(const std::vector<ForcedRung>& forced) {
        constexpr int most_searches = 3;
        Draft draft = searched(std::nullopt, forced);
        for (int search = 0; search < most_searches && gives_up(draft); ++search) {
            Draft smaller = searched(arena_bytes(draft) - 1, forced);
            if (arena_bytes(smaller) >= arena_bytes(draft)) break;
            if (cost_of(graph_, draft.table) < cost_of(graph_, smaller.table)) break;
            draft = std::move(smaller);
        }
        return draft;
    }

    /// Whether an operand of a concat is anything but a slice, though slices are wanted.
    [[nodiscard]] bool gives_up(const Draft& draft) const {
        const auto is_elsewhere = [](const Relation& relation) { return join_of(relation) != nullptr && !relation.holds(); };
        return options_.concat == ConcatMode::Slices && std::ranges::any_of(draft.table.relations, is_elsewhere);
    }

    /// A limit bends the search; so the least is looked for in one way, whatever the limit is, and what is found here is
    /// found again where it is the limit.
    Draft least(Draft found) {
        constexpr int most_searches = 4;
        Draft next = searched(0);
        for (int search = 0; arena_bytes(next) < arena_bytes(found) || search == 0; ++search) {
            if (arena_bytes(next) < arena_bytes(found)) found = std::move(next);
            if (search == most_searches || fits(found)) break;
            next = searched(arena_bytes(found) - 1);
        }
        return found;
    }

    Draft searched(std::optional<std::int64_t> limit_bytes) { return searched(limit_bytes, options_.forced_rungs); }

    Draft searched(std::optional<std::int64_t> limit_bytes, const std::vector<ForcedRung>& forced) {
        PlanOptions options = options_;
        options.memory_limit_bytes = limit_bytes;
        options.forced_rungs = forced;
        return search_(graph_, traits_, options);
    }

    [[nodiscard]] bool fits(const Draft& draft) const {
        return !options_.memory_limit_bytes || arena_bytes(draft) <= *options_.memory_limit_bytes;
    }

    Plan finished(Draft draft) {
        require_forced(graph_, draft.table);
        if (options_.memory_limit_bytes) name_limit(draft.table);
        return finish_plan(graph_, traits_, std::move(draft), options_.root_alignment_bytes);
    }

    const Graph& graph_;
    const OpTraits& traits_;
    const PlanOptions& options_;
    Search search_;
};

}  // namespace

std::variant<Plan, LeastMemory> plan_within_memory(const Graph& graph, const OpTraits& traits, const PlanOptions& options) {
    const auto search = options.concat == ConcatMode::Copies ? ordered_copies : fitted_slices;
    return LimitSearch(graph, traits, options, search).run();
}

}  // namespace abut::planning
