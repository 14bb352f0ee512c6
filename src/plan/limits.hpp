// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "abut/graph.hpp"

namespace abut::planning {

/// Which of two steps comes first takes a bit a pair: half a gigabyte at this many.
inline constexpr std::size_t most_steps = std::size_t{1} << 16;
/// Operands of all nodes together.
inline constexpr std::size_t most_operands = std::size_t{1} << 20;

/// Throws Unsupported for a graph that planning has no memory or time for, before any is spent.
void require_plannable(const Graph& graph);
/// Likewise for a plan's steps.
void require_steps(const Graph& graph, std::size_t steps);

}  // namespace abut::planning
