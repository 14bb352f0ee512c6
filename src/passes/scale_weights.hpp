// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/graph.hpp"

namespace abut::passes {

/// Where an epilogue begins with a product by constants, one a channel, the weights are multiplied instead: what is left of
/// a BatchNorm after a convolution is a bias.
Graph scale_weights(const Graph& graph);

}  // namespace abut::passes
