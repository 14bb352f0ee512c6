// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "plan/cost.hpp"
#include "plan/placement.hpp"
#include "plan/relation_groups.hpp"

namespace abut::planning {

/// Gives one relation up, reads a whole concat in segments, copies an output, or copies what can't be stored a second time.
struct Choice {
    enum class What : std::uint8_t { Relation, Segments, Port, Copy };
    What what;
    int index;                 ///< of a relation (of the concat), or of an output
    Cost least;                ///< that it costs
    std::string reason;        ///< why the relation or the output does not hold
    bool for_another = false;  ///< because of a conflict that was found at another relation
};

/// Makes the choice in the start of a placement.
void apply(const Choice& choice, RelationTable& table);

/// What can be given up in one group of relations, and what that costs at least. All that it is made of must outlive it.
class Choices {
public:
    Choices(const Graph& graph, const OpTraits& traits, const Ladder& ladder, const RelationGroup& group)
        : graph_(graph),
          traits_(traits),
          ladder_(ladder),
          group_(group) {}

    /// After `start` was placed, the cheapest first: what resolves the conflict that it met; if it met none, slices that
    /// cost more than what could take their place.
    [[nodiscard]] std::vector<Choice> after(const RelationTable& start, const FirstConflict& conflict) const;

    /// What those made in `table` cost at least: copies may become second stores, and what still holds may not stay.
    [[nodiscard]] Cost least_cost(const RelationTable& table) const;

private:
    [[nodiscard]] std::vector<Choice> of_conflict(const RelationTable& start, const FirstConflict& conflict) const;
    [[nodiscard]] std::vector<Choice> gains(const RelationTable& start) const;
    [[nodiscard]] Cost segments_cost(const RelationTable& table, NodeId concat) const;
    [[nodiscard]] Cost least_cost_given_up(const Relation& relation, const RelationTable& table) const;

    const Graph& graph_;
    const OpTraits& traits_;
    Ladder ladder_;
    const RelationGroup& group_;
};

}  // namespace abut::planning
