// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/graph.hpp"

namespace abut::passes {

/// Elementwise operations that feed one elementwise operation only, and have its shape (else elements would be computed more
/// than once), become part of it, up to a bound on operands and terms.
Graph fuse_elementwise(const Graph& graph);

}  // namespace abut::passes
