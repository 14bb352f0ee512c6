// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/graph.hpp"

namespace abut::passes {

/// Elementwise operations on the result of a convolution or dense product that nobody else reads become its epilogue: bias,
/// activation, affine a channel, residual sums. Other operands have the result's shape or one value a channel. Of two
/// convolutions that meet in a sum, the later one takes it.
Graph fuse_epilogues(const Graph& graph);

}  // namespace abut::passes
