// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "plan/relation_table.hpp"

namespace abut::planning {

/// The time between the first write and the last read of a value's elements, in indices of nodes, both included.
struct LiveRange {
    int first = 0;
    int last = -1;

    [[nodiscard]] bool overlaps(const LiveRange& other) const { return first <= other.last && other.first <= last; }
};

/// By ValueId. A value lives on in the views of it that hold, so a reader of a concat reads its operands. Inputs and
/// constants live from -1; whoever binds an output keeps it to the end.
std::vector<LiveRange> live_ranges(const Graph& graph, const RelationTable& table);

}  // namespace abut::planning
