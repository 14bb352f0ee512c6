// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "abut/graph.hpp"

namespace abut::tests {

/// The operation of `node` for inputs of other shapes than the graph's: extents in its attributes follow.
Operation adapted(const Graph& graph, const Node& node, const std::vector<Shape>& inputs);

/// The shape that the constant at `input` of `node` should have next to inputs of these shapes.
Shape adapted_constant(const Node& node, std::size_t input, const std::vector<Shape>& inputs);

}  // namespace abut::tests
