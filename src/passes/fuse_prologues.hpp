// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/graph.hpp"

namespace abut::passes {

/// Cheap elementwise operations (affine a channel, simple activations) whose result only conv2d reads, as its x and at most
/// three times, become the prologue of each: BatchNorm and ReLU before DenseNet's convolutions.
Graph fuse_prologues(const Graph& graph);

}  // namespace abut::passes
