// SPDX-License-Identifier: Apache-2.0
#include "support/adapt_node.hpp"

#include <algorithm>

namespace abut::tests {
namespace {

struct Adapter {
    const Graph& graph;
    const Node& node;
    const std::vector<Shape>& inputs;

    [[nodiscard]] const Shape& before() const { return graph.value(node.inputs.front()).shape; }
    [[nodiscard]] const Shape& now() const { return inputs.front(); }

    Operation operator()(Slice slice) const {
        for (int axis = 0; axis < now().rank(); ++axis) {
            if (slice.steps[axis] != 1) continue;
            slice.begin[axis] = std::min(slice.begin[axis], std::max<std::int64_t>(now()[axis] - 1, 0));
            slice.sizes[axis] = std::min(slice.sizes[axis], now()[axis] - slice.begin[axis]);
        }
        return slice;
    }

    Operation operator()(Split split) const {
        auto left = now()[normalized_axis(split.axis, now().rank())];
        for (auto& size : split.sizes) left -= size = std::min(size, left);
        split.sizes.back() += left;
        return split;
    }

    Operation operator()(Resize resize) const {
        for (int axis = 0; axis < now().rank(); ++axis) {
            if (now()[axis] == before()[axis] || before()[axis] == 0) continue;
            resize.sizes[axis] = std::max<std::int64_t>(now()[axis] * resize.sizes[axis] / before()[axis], 1);
            resize.scales.at(static_cast<std::size_t>(axis)) =
                static_cast<float>(resize.sizes[axis]) / static_cast<float>(now()[axis]);
        }
        return resize;
    }

    Operation operator()(Reshape reshape) const {
        const auto count = element_count(now());
        if (count == element_count(reshape.shape)) return reshape;
        for (int axis = 0; axis < reshape.shape.rank(); ++axis) {
            Shape others = reshape.shape;
            others[axis] = 1;
            const auto rest = element_count(others);
            if (rest == 0 || count % rest != 0) continue;
            reshape.shape[axis] = count / rest;
            return reshape;
        }
        return Reshape{Shape{count}};
    }

    Operation operator()(Conv2d conv) const {
        if (conv.groups > 1) conv.groups = now()[1];
        return conv;
    }

    template <class Other>
    Operation operator()(const Other& other) const {
        return other;
    }
};

Shape like(Shape constant, const Shape& other, int kept_axis = -1) {
    const int added = other.rank() - constant.rank();
    for (int axis = 0; axis < constant.rank(); ++axis) {
        const bool follows = axis != kept_axis && axis + added >= 0 && constant[axis] != 1;
        if (follows) constant[axis] = other[axis + added];
    }
    return constant;
}

}  // namespace

Operation adapted(const Graph& graph, const Node& node, const std::vector<Shape>& inputs) {
    return std::visit(Adapter{graph, node, inputs}, node.operation);
}

Shape adapted_constant(const Node& node, std::size_t input, const std::vector<Shape>& inputs) {
    Shape shape = inputs[input];
    const Shape& x = inputs.front();
    if (const auto* conv = std::get_if<Conv2d>(&node.operation); conv && input > 0) {
        if (input > 1) return like(shape, {1, inputs[1][0], 1, 1});
        shape[1] = conv->groups > 1 ? 1 : x[1];
        if (conv->groups > 1) shape[0] = x[1];
        return shape;
    }
    if (std::holds_alternative<BatchNorm>(node.operation) && input > 0) return {x[1]};
    if (std::holds_alternative<Elementwise>(node.operation) && input > 0) return like(shape, x);
    const auto* concat = std::get_if<Concat>(&node.operation);
    if (concat == nullptr || x.rank() != shape.rank()) return shape;
    const int kept = normalized_axis(concat->axis, shape.rank());
    for (int axis = 0; axis < shape.rank(); ++axis) {
        if (axis != kept) shape[axis] = x[axis];
    }
    return shape;
}

}  // namespace abut::tests
