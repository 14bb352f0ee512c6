// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "abut/plan.hpp"
#include "plan/relation_table.hpp"

namespace abut::planning {

/// Notes in `table` what the caller wants operands to be, and gives up at once what they are not to be. Throws
/// InvalidArgument for a concat or operand that there is not and a rung that can't be asked for, Unsupported for a concat
/// whose readers take no segments.
void force_rungs(const Graph& graph, const OpTraits& traits, const std::vector<ForcedRung>& forced, RelationTable& table);

/// Whether `table` has what is asked for as it is, which it then says of those operands. Throws InvalidArgument for a concat
/// or operand that there is not.
bool take_rungs(const Graph& graph, const std::vector<ForcedRung>& forced, RelationTable& table);

/// Throws Unsupported for the first operand that is not what it was forced to be, with the reason.
void require_forced(const Graph& graph, const RelationTable& table);

}  // namespace abut::planning
