// SPDX-License-Identifier: Apache-2.0
#include "plan/order_trials.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "core/alignments.hpp"
#include "plan/prices.hpp"

namespace abut::planning {
namespace {

std::vector<ValueId> operands_of(const Decision& decision) {
    std::vector<ValueId> operands;
    for (const auto& operand : decision.operands) operands.push_back(operand.value);
    return operands;
}

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

/// The operands of `concat` that `other` has too, in the order of `other`, at the front or at the back of the rest.
Permutation order_like(const std::vector<ValueId>& concat, const std::vector<ValueId>& other, bool at_front) {
    Permutation shared;
    Permutation rest;
    for (int i = 0; i < std::ssize(concat); ++i) {
        const bool is_shared = std::ranges::find(other, concat[static_cast<std::size_t>(i)]) != other.end();
        (is_shared ? shared : rest).push_back(i);
    }
    std::ranges::stable_sort(
        shared, {}, [&](int i) { return std::ranges::find(other, concat[static_cast<std::size_t>(i)]) - other.begin(); });
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

std::set<OrderTrial> find_trials(const Graph& graph, const Plan& plan, const CostModel& model) {
    std::map<ValueId, std::set<const Decision*>> joining;  // by operand
    for (const Decision& decision : plan.decisions) {
        for (const auto& operand : decision.operands) joining[operand.value].insert(&decision);
    }
    std::set<OrderTrial> trials;
    const auto add = [&](const Decision& decision, const Decision& other) {
        for (const bool at_front : {true, false}) {
            Permutation order = order_like(operands_of(decision), operands_of(other), at_front);
            if (!std::ranges::is_sorted(order)) trials.insert({decision.concat, std::move(order)});
        }
    };
    for (const Decision& decision : plan.decisions) {
        if (!has_narrow_slices(decision, model)) continue;
        Permutation order = order_by_alignment(graph, decision);
        if (!std::ranges::is_sorted(order)) trials.insert({decision.concat, std::move(order)});
    }
    for (const Decision& decision : plan.decisions) {
        if (!is_contested(decision, model)) continue;
        std::set<const Decision*> others;
        for (const auto& operand : decision.operands) others.merge(std::set(joining[operand.value]));
        others.erase(&decision);
        for (const Decision* other : others) {
            add(decision, *other);
            add(*other, decision);
        }
    }
    return trials;
}

}  // namespace abut::planning
