// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "abut/graph.hpp"

namespace abut::tests {

/// C++ that makes `graph` with the Graph API, one statement a line, for a test of a graph that was found. Values are v0,
/// v1, ...; it needs <vector> and abut/graph.hpp. Constants of many elements lose them.
std::string graph_text(const Graph& graph);

}  // namespace abut::tests
