// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plan/embedding.hpp"
#include "plan/memory_order.hpp"

namespace abut::planning {

/// One try to place everything: the relations that still hold, the groups they make, the views inside views.
struct Attempt {
    Attempt(const Graph& graph, RelationTable start)
        : table(std::move(start)),
          ranges(live_ranges(graph, table)),
          read_by_kernel(values_read_by_kernels(graph, table)),
          groups(graph, table, ranges) {}
    Attempt(const Attempt&) = delete;
    Attempt& operator=(const Attempt&) = delete;

    RelationTable table;
    std::vector<LiveRange> ranges;
    std::vector<bool> read_by_kernel;  ///< by value
    BoxGroups groups;
    std::optional<Embedding> embedding;  ///< once the groups are complete
};

/// Why `value` can't be written straight into the caller's memory of layout `promised`; empty if it can.
std::string why_not_bound(const Graph& graph, const Attempt& attempt, ValueId value, const Layout& promised);

/// A value whose home breaks a rule.
struct Violation {
    ValueId value;
    std::string reason;
};

/// The first kernel that can't read or write a view it would get, or the first two values of different groups that would
/// share bytes while both are needed; `most` such kernels, or such values of all roots.
std::vector<Violation> find_violations(const Graph& graph, const OpTraits& traits, const Attempt& attempt, int most);

/// Drops in `base` what put the values of `violations` where they can't be: an output port, an embedding, or box relations.
/// Throws Unsupported if nothing is left to drop.
void give_up(const std::vector<Violation>& violations, const Graph& graph, const Attempt& attempt, RelationTable& base);

}  // namespace abut::planning
