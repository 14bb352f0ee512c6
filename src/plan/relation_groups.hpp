// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "plan/relation_table.hpp"

namespace abut::planning {

/// Relations that are connected by the values they speak of, and the outputs among those: what one of them decides has no
/// effect on the bytes that others move.
struct RelationGroup {
    std::vector<int> relations;
    std::vector<int> ports;
};

/// In the order of their first relations. Outputs of no relation are in none.
std::vector<RelationGroup> relation_groups(const Graph& graph, const RelationTable& table);

}  // namespace abut::planning
