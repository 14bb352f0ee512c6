// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plan/placement.hpp"
#include "plan/placement_rules.hpp"

namespace abut::planning {

/// Why the box relation `index` can't be merged with those before it: itself, the relations that put two values on the same
/// bytes, and those that keep the first of them needed until the second is there.
Conflict conflict_of_merge(const Graph& graph, const Attempt& attempt, int index);

/// Why the box relation `index`, which does not hold, is no second store either: the relations that put `other` on the bytes
/// of its slice, and those that keep one of the two needed while the other is there.
Conflict conflict_of_store(const Graph& graph, const Attempt& attempt, int index, ValueId other);

/// Why `value` has no buffer of its own: the box relations between its elements and the rest of the buffer.
Conflict conflict_of_port(const Graph& graph, const Attempt& attempt, ValueId value);

/// Why the permute or reshape relation `index` can't be embedded: itself, and the box relations of its two values.
Conflict conflict_of_view(const Attempt& attempt, int index);

/// Why `violation` breaks a rule: the relation that embeds its value, and the box relations of that value.
Conflict conflict_of_violation(const Attempt& attempt, const Violation& violation);

}  // namespace abut::planning
