// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <set>
#include <vector>

#include "abut/plan.hpp"

namespace abut::planning {

/// Which operand comes to each place.
using Permutation = std::vector<int>;

/// Another order for one concat.
struct OrderTrial {
    NodeId concat;
    Permutation order;
    auto operator<=>(const OrderTrial&) const = default;
};

/// Orders worth a try, each once: of two concats that share operands, of which one has an operand that is not placed; and of
/// concats with slices that are accessed with less than whole vectors, where that is known to cost time.
std::set<OrderTrial> find_trials(const Graph& graph, const Plan& plan, const CostModel& model);

}  // namespace abut::planning
