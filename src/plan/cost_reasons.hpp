// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "plan/op_traits.hpp"
#include "plan/relation_table.hpp"

namespace abut::planning {

/// The reason of a relation of `table`, with what its rung costs and the next one would, where times decided between them.
std::string reason_with_costs(const Graph& graph, const OpTraits& traits, const RelationTable& table,
                              const Relation& relation);

}  // namespace abut::planning
