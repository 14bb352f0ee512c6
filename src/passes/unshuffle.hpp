// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/graph.hpp"

namespace abut::passes {

/// The graph without shuffles of channels, as ShuffleNet's: what reads a slice of shuffled channels reads a concat of the
/// channels that reach it, and a convolution whose channels go different ways becomes one for each, with the filters in the
/// order of the readers, whose weights follow. So nothing is left to be moved: planning gives each its place. Stays as it is
/// where something else than a convolution's constants would have to change. Results are the same but for rounding. Pure.
Graph unshuffle(const Graph& graph);

}  // namespace abut::passes
