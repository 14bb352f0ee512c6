// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>

#include "abut/graph.hpp"

namespace abut::passes {

/// What Conv2d::winograd of a node should be. Passes know no device, so whoever asks for the pass says it.
using WinogradOutputs = std::function<std::int64_t(const Graph&, const Node&)>;

/// The graph with convolutions computed as `outputs` says, which is asked for each whose weights are a constant.
Graph set_winograd(const Graph& graph, const WinogradOutputs& outputs);

}  // namespace abut::passes
