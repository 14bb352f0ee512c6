// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <variant>

#include "ops/op_traits.hpp"

namespace abut::ops {
namespace {

/// Each takes two of a kernel's parameters, of which OpenCL promises 1024 bytes (strides are constants where there are
/// many).
constexpr int most_views = 32;

bool has_constant_weights(const Graph& graph, const Node& node) {
    return graph.value(node.inputs.at(1)).is_constant();
}

}  // namespace

int most_segments(const Graph& graph, const Node& node, int axis) {
    constexpr int channels = 1;
    if (const auto* conv = std::get_if<Conv2d>(&node.operation)) {
        const int left = std::max(most_views - static_cast<int>(conv->parts.size()), 1);
        return conv->groups == 1 && axis == channels && has_constant_weights(graph, node) ? left : 1;
    }
    if (const auto* dense = std::get_if<Dense>(&node.operation)) {
        const int rank = graph.value(node.inputs.front()).shape.rank();
        const int depth = dense->transpose_a ? rank - 2 : rank - 1;
        return rank >= 2 && axis == depth && has_constant_weights(graph, node) ? most_views : 1;
    }
    if (const auto* opaque = std::get_if<Opaque>(&node.operation)) return opaque->most_segments;
    return 1;
}

int most_stores(const Node& node) {
    constexpr int most = 8;
    const auto& operation = node.operation;
    if (const auto* opaque = std::get_if<Opaque>(&operation)) return opaque->most_stores;
    if (const auto* conv = std::get_if<Conv2d>(&operation); conv != nullptr && !conv->parts.empty()) return 1;
    const bool stores = std::holds_alternative<Conv2d>(operation) || std::holds_alternative<ConvTranspose2d>(operation) ||
                        std::holds_alternative<Dense>(operation) || std::holds_alternative<Elementwise>(operation);
    return stores ? most : 1;
}

}  // namespace abut::ops
