// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "passes/order_rules.hpp"

namespace abut::passes {

/// The order of a tensor of shape `from` after it got the shape `to`; nothing where no single axis of `to` shows it.
std::optional<AxisOrder> reshaped_order(const AxisOrder& order, const Shape& from, const Shape& to);

/// The order of a concat of inputs that have these; nothing where they disagree on another axis than the concat's.
std::optional<AxisOrder> joined_order(const Graph& graph, const Node& concat, int axis, const InputOrders& inputs);

/// The order of a concat along `axis` whose input i is what was input order[i].
AxisOrder operand_order(const Graph& graph, const Node& concat, int axis, std::span<const int> order);

}  // namespace abut::passes
