// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/plan.hpp"
#include "plan/relation_table.hpp"

namespace abut::planning {

/// One decision a concat: how each operand was realised, and the reason where it was copied, with what it
/// costs where times decided.
std::vector<Decision> make_decisions(const Graph& graph, const OpTraits& traits, const RelationTable& table,
                                     const Plan& plan);

}  // namespace abut::planning
