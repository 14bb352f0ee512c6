// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/graph.hpp"

namespace abut::passes {

/// The graph without shuffles of channels, as ShuffleNet's: what reads a slice of shuffled channels {N, C, ...} reads a
/// concat of the channels that reach it. A convolution whose channels go different ways gets a result for each
/// (Conv2d::parts), its filters in the order of the readers, whose weights follow. So nothing is left to be moved: planning
/// gives each result its place. Stays as it is where anything but constants would have to change. Outputs are the same but
/// for rounding: sums over channels are added up in another order. Constants must have their data. Pure.
Graph unshuffle(const Graph& graph);

}  // namespace abut::passes
