// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/graph.hpp"

namespace abut::passes {

/// BatchNorm as an elementwise x * scale + shift with operands of shape {1, C, 1, ...}: constants where its parameters are
/// constants (as they are in every trained network).
Graph lower_batch_norm(const Graph& graph);

}  // namespace abut::passes
