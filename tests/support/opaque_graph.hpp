// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "abut/plan.hpp"

namespace abut::tests {

/// `graph` with every node that computes as an opaque one: the same values and nodes by number. What kernels accept is drawn
/// for each value, the same for all that read or write it, so that there is a plan.
Graph opaque_graph(const Graph& graph, std::uint32_t seed);

/// A step with a view that its kernel does not accept, by the definition of AcceptedView element by element; empty if there
/// is none. `root_alignment_bytes` is what the plan was made with.
std::string unaccepted_view(const Graph& graph, const Plan& plan, std::int64_t root_alignment_bytes);

}  // namespace abut::tests
