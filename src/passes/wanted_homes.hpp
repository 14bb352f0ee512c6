// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "abut/graph.hpp"

namespace abut::passes {

/// By value, the places in which it is wanted at once: as an output of the graph, and in each concat that takes it, however
/// many views lie between, once for each time and for each place of the concat's own result; for kernels, where the caller
/// gets it too; and for all of it, where a part is wanted elsewhere. 2 stands for more. Concats named in `stored_twice`
/// count as two. Pure.
std::vector<int> wanted_homes(const Graph& graph, std::span<const std::string> stored_twice);

}  // namespace abut::passes
