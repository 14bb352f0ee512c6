// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "passes/order_rules.hpp"

namespace abut::passes {

/// A run of a node's inputs that broadcast to one shape.
struct InputRun {
    std::size_t first = 0;
    std::size_t count = 0;
    Shape target;
};

/// Collects how the constants of one node follow the orders of its other inputs.
class OrderFlow {
public:
    OrderFlow(const Graph& graph, const Node& node, const InputOrders& inputs);

    /// The order that the inputs of `run` which have one give its target; the first, where they differ.
    [[nodiscard]] std::optional<AxisOrder> stated(const InputRun& run) const;
    /// Makes all inputs of `run` give its target `order`. False if one can't.
    bool impose(const InputRun& run, const std::optional<AxisOrder>& order);
    /// Makes input `input` have `order` too: it has it, or it is a constant that can change. False for any other.
    bool impose(std::size_t input, const AxisOrder& order);

    [[nodiscard]] const Shape& shape(std::size_t input) const { return graph_.value(node_.inputs[input]).shape; }
    /// All results in the same order.
    [[nodiscard]] NodeOrders with_results(const std::optional<AxisOrder>& order) const;

private:
    const Graph& graph_;
    const Node& node_;
    const InputOrders& inputs_;
    std::vector<std::vector<AxisOrder>> constants_;
};

}  // namespace abut::passes
