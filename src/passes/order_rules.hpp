// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "passes/axis_order.hpp"

namespace abut::passes {

/// How a node changes when inputs of it do: which constants follow, and which of its results have another order then.
struct NodeOrders {
    std::vector<std::vector<AxisOrder>> constants;  ///< one list an input: what is done to it, one after another
    std::vector<std::optional<AxisOrder>> results;  ///< one a result; nothing for one that stays as it is
};

/// Orders of the inputs of a node, one an input; nothing for an input that stays as it is.
using InputOrders = std::vector<std::optional<AxisOrder>>;

/// What makes `node` compute the same elements, in another order at most, from inputs in these orders; nothing where no
/// constant of its own can make up for them: views that cut the axis, groups that would be torn, operands that are computed
/// elsewhere. Pure.
std::optional<NodeOrders> follow_orders(const Graph& graph, const Node& node, const InputOrders& inputs);

}  // namespace abut::passes
