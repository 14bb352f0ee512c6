// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "plan/relation_table.hpp"

namespace abut::planning {

/// The axes that have more than one element, outermost in memory first.
std::vector<int> memory_order(const Layout& layout);

/// By ValueId: whether a node that is no view node reads the value.
std::vector<bool> values_read_by_kernels(const Graph& graph, const RelationTable& table);

}  // namespace abut::planning
