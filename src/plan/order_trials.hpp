// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "abut/plan.hpp"

namespace abut::planning {

/// Which operand comes to each place.
using Permutation = std::vector<int>;

/// Orders worth a try: of two concats that share operands, of which one has an operand that is not placed; and of concats
/// with slices that are accessed with less than whole vectors, where that is known to cost time. All that it is made of must
/// outlive it.
class OrderTrials {
public:
    OrderTrials(const Graph& graph, const Plan& plan, const CostModel& model);

    /// Other orders for one concat of the plan, each once. Takes one from `work` for each that is made, and no longer makes
    /// any when nothing is left.
    [[nodiscard]] std::set<Permutation> of(const Decision& decision, std::int64_t& work) const;

private:
    const Graph& graph_;
    const CostModel& model_;
    std::map<ValueId, std::set<const Decision*>> joining_;  ///< by operand
    std::set<const Decision*> contested_;
};

}  // namespace abut::planning
