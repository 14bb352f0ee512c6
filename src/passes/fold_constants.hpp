// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/graph.hpp"

namespace abut::passes {

/// Nodes whose inputs are all float32 constants are computed now, unless that would need 16 MiB more memory than the inputs
/// take (a small constant that is broadcast or tiled to a large one stays small).
Graph fold_constants(const Graph& graph);

}  // namespace abut::passes
