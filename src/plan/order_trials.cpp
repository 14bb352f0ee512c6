// SPDX-License-Identifier: Apache-2.0
#include "plan/order_trials.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "core/alignments.hpp"
#include "plan/prices.hpp"

namespace abut::planning {
namespace {

/// Segments move no bytes: only where they cost time, an order may be worth it.
bool is_contested(const Decision& decision, const CostModel& model) {
    return std::ranges::any_of(decision.operands, [&](const OperandDecision& operand) {
        return operand.how == Rung::Copy || operand.how == Rung::MultiStore ||
               (operand.how == Rung::SegmentedRead && !counts_bytes_alone(model));
    });
}

/// Whether an access to a slice is known to take longer than it would elsewhere.
bool has_narrow_slices(const Decision& decision, const CostModel& model) {
    if (model.factor_below_64_bytes <= 1 && model.factor_below_16_bytes <= 1) return false;
    return std::ranges::any_of(decision.operands, [](const OperandDecision& operand) {
        return operand.how != Rung::Copy && operand.alignment_bytes < core::widest_access_bytes;
    });
}

/// Where each value stands first.
std::map<ValueId, int> places_in(const Decision& decision) {
    std::map<ValueId, int> places;
    for (int i = 0; i < std::ssize(decision.operands); ++i)
        places.try_emplace(decision.operands[static_cast<std::size_t>(i)].value, i);
    return places;
}

/// The operands of `concat` that `other` has too, in the order of `other`, at the front or at the back of the rest.
Permutation order_like(const Decision& concat, const std::map<ValueId, int>& other, bool at_front) {
    const auto place = [&](int i) { return other.find(concat.operands[static_cast<std::size_t>(i)].value); };
    Permutation shared;
    Permutation rest;
    for (int i = 0; i < std::ssize(concat.operands); ++i) (place(i) != other.end() ? shared : rest).push_back(i);
    std::ranges::stable_sort(shared, {}, [&](int i) { return place(i)->second; });
    Permutation& first = at_front ? shared : rest;
    const Permutation& second = at_front ? rest : shared;
    first.insert(first.end(), second.begin(), second.end());
    return std::move(first);
}

/// The operands with the most aligned extents first, so that those behind them begin at multiples of more bytes.
Permutation order_by_alignment(const Graph& graph, const Decision& decision) {
    Permutation order;
    for (int i = 0; i < std::ssize(decision.operands); ++i) order.push_back(i);
    std::ranges::stable_sort(order, std::ranges::greater{}, [&](int i) {
        const std::int64_t extent = graph.value(decision.operands[static_cast<std::size_t>(i)].value).shape[decision.axis];
        return extent & -extent;  // its largest divisor that is a power of two
    });
    return order;
}

}  // namespace

OrderTrials::OrderTrials(const Graph& graph, const Plan& plan, const CostModel& model) : graph_(graph), model_(model) {
    for (const Decision& decision : plan.decisions) {
        for (const auto& operand : decision.operands) joining_[operand.value].insert(&decision);
        if (is_contested(decision, model)) contested_.insert(&decision);
    }
}

std::set<Permutation> OrderTrials::of(const Decision& decision, std::int64_t& work) const {
    std::set<Permutation> orders;
    const auto add = [&](Permutation order) {
        --work;
        if (!std::ranges::is_sorted(order)) orders.insert(std::move(order));
    };
    if (has_narrow_slices(decision, model_)) add(order_by_alignment(graph_, decision));
    if (contested_.empty()) return orders;
    std::set<const Decision*> seen{&decision};
    for (const auto& operand : decision.operands) {
        for (const Decision* other : joining_.at(operand.value)) {
            if (work <= 0) return orders;
            if (!seen.insert(other).second || !(contested_.contains(&decision) || contested_.contains(other))) continue;
            const auto places = places_in(*other);
            for (const bool at_front : {true, false}) add(order_like(decision, places, at_front));
        }
    }
    return orders;
}

}  // namespace abut::planning
