// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/graph.hpp"

namespace abut::passes {

/// Without nodes that no output needs and nodes that change nothing: elementwise identities, copies, movements that leave
/// every element where it is, concats of one operand, empty operands of concats. Reshape after reshape, transpose after
/// transpose and slice after slice become one.
Graph drop_identities(const Graph& graph);

}  // namespace abut::passes
