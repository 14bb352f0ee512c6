// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/graph.hpp"

namespace abut::passes {

/// An average pool without padding behind a 1x1 convolution goes before it, where that leaves fewer pixels to multiply: both
/// are linear and work on different axes (DenseNet's transitions). A bias a channel is its own average.
Graph pool_first(const Graph& graph);

}  // namespace abut::passes
