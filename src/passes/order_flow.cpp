// SPDX-License-Identifier: Apache-2.0
#include "passes/order_flow.hpp"

#include <algorithm>

namespace abut::passes {

OrderFlow::OrderFlow(const Graph& graph, const Node& node, const InputOrders& inputs)
    : graph_(graph),
      node_(node),
      inputs_(inputs),
      constants_(node.inputs.size()) {}

std::optional<AxisOrder> OrderFlow::stated(const InputRun& run) const {
    for (std::size_t input = run.first; input < run.first + run.count; ++input) {
        if (!inputs_[input]) continue;
        return inputs_[input]->along(inputs_[input]->axis + run.target.rank() - shape(input).rank());
    }
    return std::nullopt;
}

bool OrderFlow::impose(const InputRun& run, const std::optional<AxisOrder>& order) {
    for (std::size_t input = run.first; input < run.first + run.count; ++input) {
        const int axis = order ? order->axis - (run.target.rank() - shape(input).rank()) : -1;
        const bool is_indifferent = axis < 0 || shape(input)[axis] == 1;
        if (is_indifferent && inputs_[input]) return false;
        if (!is_indifferent && !impose(input, order->along(axis))) return false;
    }
    return true;
}

bool OrderFlow::impose(std::size_t input, const AxisOrder& order) {
    if (inputs_[input]) return *inputs_[input] == order;
    if (!graph_.value(node_.inputs[input]).data) return false;
    constants_[input].push_back(order);
    return true;
}

NodeOrders OrderFlow::with_results(const std::optional<AxisOrder>& order) const {
    return {constants_, std::vector<std::optional<AxisOrder>>(node_.outputs.size(), order)};
}

}  // namespace abut::passes
