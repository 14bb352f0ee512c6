// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "abut/plan.hpp"
#include "graph/evaluate.hpp"

namespace abut::tests {

/// Runs a plan's steps on the views of an arena that is full of NaN before, by the reference evaluator: no compiler and
/// no device in between. Returns the outputs in the order of the graph's ports.
std::vector<reference::Tensor> interpret(const Graph& graph, const Plan& plan, const std::vector<reference::Tensor>& inputs);

}  // namespace abut::tests
