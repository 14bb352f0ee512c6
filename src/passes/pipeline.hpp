// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "abut/graph.hpp"

namespace abut::passes {

/// A step from graph to graph. Pure and thread-safe; keeps inputs, outputs and, to rounding, results.
struct Pass {
    std::string_view name;
    Graph (*run)(const Graph& graph) = nullptr;
};

/// The passes in the order in which optimise() runs them.
std::span<const Pass> pipeline();

/// `graph` after all passes: fewer nodes and the same inputs, outputs and concats. Takes time in proportion to the number of
/// nodes and constants. Throws InvalidArgument for a graph whose constants were released.
Graph optimise(const Graph& graph);

}  // namespace abut::passes
