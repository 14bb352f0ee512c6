// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/graph.hpp"

namespace abut::passes {

/// Folds the constants in every elementwise expression, prologue and epilogue; see simplify_formula.
Graph simplify_expressions(const Graph& graph);

}  // namespace abut::passes
