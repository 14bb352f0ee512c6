// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "abut/plan.hpp"
#include "graph/evaluate.hpp"

namespace abut::tests {

/// Runs a plan's steps on the views of an arena that is full of NaN before, by the reference evaluator: no compiler and
/// no device in between. Returns the outputs in the order of the graph's ports. Throws InvalidArgument for a step that
/// leaves its memory, writes an input or a constant, or whose views don't go together.
std::vector<reference::Tensor> interpret(const Graph& graph, const Plan& plan, const std::vector<reference::Tensor>& inputs);
/// Likewise, with the steps in another order.
std::vector<reference::Tensor> interpret(const Graph& graph, const Plan& plan, const std::vector<reference::Tensor>& inputs,
                                         const std::vector<std::size_t>& order);

/// An order of the plan's steps that their dependencies allow: of the steps that may run, the last one, or for `seed` other
/// than 0 any.
std::vector<std::size_t> allowed_order(const Plan& plan, std::uint32_t seed = 0);

}  // namespace abut::tests
