// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "abut/graph.hpp"

namespace abut::passes {

/// The graph with convolutions of one value that differ in nothing but their weights and their constants a channel merged
/// into one with a result for each (Conv2d::parts), which reads the value once. A result that is wanted in several places
/// (wanted_homes, to which concats in `stored_twice` count double), or one with operands that are computed, keeps its own
/// convolution. Outputs are the same but for rounding, where kernels take other tiles. Constants must have their data. Pure.
Graph merge_convolutions(const Graph& graph, std::span<const std::string> stored_twice = {});

}  // namespace abut::passes
