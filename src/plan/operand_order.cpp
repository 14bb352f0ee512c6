// SPDX-License-Identifier: Apache-2.0
#include "plan/operand_order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <variant>

#include "plan/byte_counts.hpp"
#include "plan/make_plan.hpp"
#include "plan/order_trials.hpp"

namespace abut::planning {
namespace {

/// What an order of operands may save: time, where it is known, then bytes that steps of their own move, then bytes that are
/// stored once more.
struct Moves {
    double estimated_ns = 0;
    std::int64_t copied = 0;
    std::int64_t stored_again = 0;
    auto operator<=>(const Moves&) const = default;
};

Moves moves_of(const Plan& plan) {
    Moves moves{.estimated_ns = plan.statistics.estimated_ns,
                .copied = plan.statistics.copied_bytes + plan.statistics.conversion_bytes};
    for (const Step& step : plan.steps) {
        for (std::size_t i = step.writes.size() - static_cast<std::size_t>(step.stores); i < step.writes.size(); ++i) {
            moves.stored_again += view_bytes(step.writes[i]);
        }
    }
    return moves;
}

/// What was changed for one concat.
struct Reordering {
    Permutation original;  ///< by operand: its position at first
    std::set<NodeId> followers;
};

class OrderSearch {
public:
    /// All of them must outlive it.
    OrderSearch(const Graph& graph, const OpTraits& traits, const PlanOptions& options, const ReorderOperands& reorder)
        : original_(graph),
          traits_(traits),
          wanted_(options),
          options_(options),
          reorder_(reorder),
          best_{.graph = graph, .plan = {}} {}

    OrderedPlan run() {
        // A limit that the plan without one keeps changes nothing.
        options_.memory_limit_bytes.reset();
        best_.plan = make_plan(best_.graph, traits_, options_);
        budget_ = work_of_plan * (most_work / size());
        search();
        if (is_above_limit()) {
            keep_limit();
            search();
        }
        record();
        return std::move(best_);
    }

private:
    /// Values or operands planned times plans made.
    static constexpr std::int64_t most_work = 20'000;
    static constexpr int placements_of_plan = 4;  ///< that take about the time of a plan without a search
    /// Orders that are made, or refused after a walk over the graph, in the time of such a plan.
    static constexpr std::int64_t work_of_plan = 256;

    struct Found {
        NodeId concat;
        Permutation order;
        ReorderedGraph reordered;
        Plan plan;
    };

    [[nodiscard]] std::int64_t size() const {
        std::size_t operands = 0;
        for (const Decision& decision : best_.plan.decisions) operands += decision.operands.size();
        return static_cast<std::int64_t>(std::max(original_.values().size(), operands)) + 1;
    }

    void search() {
        while (options_.forced_rungs.empty() && step()) continue;  // operands are named by their positions
    }

    [[nodiscard]] bool is_above_limit() const {
        return wanted_.memory_limit_bytes && best_.plan.arena_bytes() > *wanted_.memory_limit_bytes;
    }

    /// Plans within the limit: in the best order, or in the original one, since buffers that are shared are needed for
    /// longer.
    void keep_limit() {
        options_ = wanted_;
        auto as_it_was = try_plan(original_, traits_, options_);
        if (reorderings_.empty()) return take(std::move(as_it_was), {});
        auto ordered = try_plan(best_.graph, traits_, options_);
        const auto* first = std::get_if<Plan>(&as_it_was);
        const auto* second = std::get_if<Plan>(&ordered);
        const bool keeps_order =
            first == nullptr && second == nullptr
                ? std::get<LeastMemory>(ordered).arena_bytes < std::get<LeastMemory>(as_it_was).arena_bytes
                : second != nullptr && (first == nullptr || moves_of(*second) < moves_of(*first));
        if (keeps_order) return take(std::move(ordered), std::move(reorderings_));
        best_.graph = original_;
        take(std::move(as_it_was), {});
    }

    void take(std::variant<Plan, LeastMemory> result, std::map<NodeId, Reordering> reorderings) {
        if (const auto* least = std::get_if<LeastMemory>(&result)) fail_limit(*least, options_);
        best_.plan = std::get<Plan>(std::move(result));
        reorderings_ = std::move(reorderings);
    }

    /// Changes the order of one more concat, the one that saves most. False if none saves anything.
    bool step() {
        if (budget_ <= 0) return false;
        Moves least = moves_of(best_.plan);
        std::optional<Found> found;
        const OrderTrials trials(best_.graph, best_.plan, options_.cost_model);
        for (const Decision& decision : best_.plan.decisions) {
            for (const Permutation& order : trials.of(decision, budget_)) {
                if (budget_ <= 0) break;
                if (auto better = try_order(decision.concat, order, least)) found = std::move(better);
            }
        }
        if (found) take(std::move(*found));
        return found.has_value();
    }

    /// The plan with that order if it is better than the `least` so far, which it becomes.
    std::optional<Found> try_order(NodeId concat, const Permutation& order, Moves& least) {
        auto reordered = reorder_(best_.graph, concat, order);
        if (!reordered) {
            --budget_;
            return std::nullopt;
        }
        auto result = try_plan(reordered->graph, traits_, options_);
        auto* plan = std::get_if<Plan>(&result);
        budget_ -= work_of_plan * (1 + (plan != nullptr ? plan->statistics.search.placements / placements_of_plan : 0));
        if (plan == nullptr || !is_better(*plan, least)) return std::nullopt;
        least = moves_of(*plan);
        return Found{concat, order, std::move(*reordered), std::move(*plan)};
    }

    /// Bytes of the arena are worth more than stores and time, as in a plan's cost.
    [[nodiscard]] bool is_better(const Plan& plan, const Moves& least) const {
        const Moves moves = moves_of(plan);
        if (moves >= least) return false;
        const std::int64_t arena_bytes = best_.plan.arena_bytes();
        return plan.arena_bytes() <= arena_bytes + arena_bytes / 64 || moves.copied < moves_of(best_.plan).copied;
    }

    void take(Found found) {
        auto [entry, is_new] = reorderings_.try_emplace(found.concat);
        Reordering& reordering = entry->second;
        Permutation original;
        for (const int operand : found.order) {
            original.push_back(is_new ? operand : reordering.original[static_cast<std::size_t>(operand)]);
        }
        reordering.original = std::move(original);
        reordering.followers.insert(found.reordered.followers.begin(), found.reordered.followers.end());
        best_ = {std::move(found.reordered.graph), std::move(found.plan)};
    }

    void record() {
        for (Decision& decision : best_.plan.decisions) {
            const auto entry = reorderings_.find(decision.concat);
            if (entry == reorderings_.end()) continue;
            const std::string reason = reason_of(entry->second);
            for (std::size_t i = 0; i < decision.operands.size(); ++i) {
                OperandDecision& operand = decision.operands[i];
                const bool is_placed = operand.how == Rung::Alias || operand.how == Rung::SharedRoot;
                if (!is_placed || entry->second.original[i] == static_cast<int>(i)) continue;
                operand.how = Rung::Reordered;
                operand.reason = reason;
            }
        }
    }

    [[nodiscard]] std::string reason_of(const Reordering& reordering) const {
        std::string names;
        for (const NodeId follower : reordering.followers) {
            names += (names.empty() ? "" : ", ") + best_.graph.node(follower).name;
        }
        if (names.empty()) return "no reader of the concat depends on the order of its operands";
        return fmt::format("the constants of {} follow the order that lets the concats share a buffer", names);
    }

    const Graph& original_;
    const OpTraits& traits_;
    const PlanOptions& wanted_;
    PlanOptions options_;  ///< without the limit where there is a plan that keeps it anyway
    const ReorderOperands& reorder_;
    std::int64_t budget_ = 0;  ///< orders that may be made or refused; a plan counts as many
    OrderedPlan best_;
    std::map<NodeId, Reordering> reorderings_;
};

}  // namespace

OrderedPlan plan_in_best_order(const Graph& graph, const OpTraits& traits, const PlanOptions& options,
                               const ReorderOperands& reorder) {
    return OrderSearch(graph, traits, options, reorder).run();
}

}  // namespace abut::planning
