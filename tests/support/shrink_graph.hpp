// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "abut/graph.hpp"

namespace abut::tests {

/// A small graph that `fails` is true of, made from `graph`, which it must be true of: outputs, nodes and operands are
/// dropped, values replaced by others or by inputs, extents and ports made as plain as they can be. Asks at most
/// `most_tries` times.
Graph shrunken(Graph graph, const std::function<bool(const Graph&)>& fails, int most_tries = 4000);

}  // namespace abut::tests
