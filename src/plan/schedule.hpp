// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "plan/placement.hpp"

namespace abut::planning {

/// Steps in the order of the graph, copies included where a relation was dropped; roots that copies add are appended to
/// `placement.roots`. Steps without elements are left out. Dependencies are not set yet.
std::vector<Step> make_steps(const Graph& graph, PlacementResult& placement);

/// By step: the roots that it touches, which may repeat.
std::vector<std::vector<int>> roots_touched(const std::vector<Step>& steps);

/// Sets Root::first_step and last_step from the steps that touch each root.
void set_lives(const std::vector<Step>& steps, std::vector<Root>& roots);
/// The same for steps that come in `order`, of which `touched` says by step what they touch.
void set_lives(const std::vector<std::vector<int>>& touched, const std::vector<std::size_t>& order,
               std::vector<Root>& roots);

/// By step, Step::dependencies: two steps of which one writes what the other touches are ordered, by regions, so that
/// disjoint slices of a buffer don't wait for each other. Arena offsets must be known. Transitively reduced.
std::vector<std::vector<int>> dependencies_of(const std::vector<Step>& steps, const std::vector<Root>& roots);

}  // namespace abut::planning
