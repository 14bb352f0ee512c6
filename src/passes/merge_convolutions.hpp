// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/graph.hpp"

namespace abut::passes {

/// The graph with convolutions of one value that differ in nothing but their weights and their constants a channel merged
/// into one with a result for each (Conv2d::parts), which reads the value once. A result that several concats take, or one
/// with operands that are computed, keeps its own convolution. Outputs are the same but for rounding, where kernels take
/// other tiles. Constants must have their data. Pure.
Graph merge_convolutions(const Graph& graph);

}  // namespace abut::passes
