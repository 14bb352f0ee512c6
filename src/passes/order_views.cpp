// SPDX-License-Identifier: Apache-2.0
#include "passes/order_views.hpp"

#include <algorithm>
#include <numeric>

namespace abut::passes {
namespace {

std::int64_t elements_before(const Shape& shape, int axis) {
    return std::accumulate(shape.begin(), shape.begin() + axis, std::int64_t{1}, std::multiplies<>());
}

void append_range(std::vector<std::int64_t>& list, std::int64_t first, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) list.push_back(first + i);
}

}  // namespace

std::optional<AxisOrder> reshaped_order(const AxisOrder& order, const Shape& from, const Shape& to) {
    if (element_count(from) == 0) return std::nullopt;
    const std::int64_t before = elements_before(from, order.axis);
    const std::int64_t extent = from[order.axis];
    for (int axis = 0; axis < to.rank(); ++axis) {
        if (elements_before(to, axis) != before || to[axis] % extent != 0) continue;
        const std::int64_t run = to[axis] / extent;
        AxisOrder result{axis, {}};
        for (const std::int64_t place : order.source) append_range(result.source, place * run, run);
        return result;
    }
    return std::nullopt;
}

std::optional<AxisOrder> joined_order(const Graph& graph, const Node& concat, int axis, const InputOrders& inputs) {
    const auto along_others = std::ranges::find_if(inputs, [&](const auto& order) { return order && order->axis != axis; });
    if (along_others != inputs.end()) {
        const bool all_agree = std::ranges::all_of(inputs, [&](const auto& order) { return order == *along_others; });
        return all_agree ? *along_others : std::nullopt;
    }
    AxisOrder result{axis, {}};
    for (std::size_t input = 0; input < inputs.size(); ++input) {
        const auto begin = static_cast<std::int64_t>(result.source.size());
        append_range(result.source, begin, graph.value(concat.inputs[input]).shape[axis]);
        if (!inputs[input]) continue;
        for (std::size_t i = 0; i < inputs[input]->source.size(); ++i) {
            result.source[static_cast<std::size_t>(begin) + i] = begin + inputs[input]->source[i];
        }
    }
    return result;
}

AxisOrder operand_order(const Graph& graph, const Node& concat, int axis, std::span<const int> order) {
    std::vector<std::int64_t> begins{0};
    for (const ValueId operand : concat.inputs) begins.push_back(begins.back() + graph.value(operand).shape[axis]);
    AxisOrder result{axis, {}};
    for (const int operand : order) {
        const auto begin = static_cast<std::size_t>(operand);
        append_range(result.source, begins[begin], begins[begin + 1] - begins[begin]);
    }
    return result;
}

}  // namespace abut::passes
