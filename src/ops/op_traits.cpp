// SPDX-License-Identifier: Apache-2.0
#include "ops/op_traits.hpp"

#include <algorithm>

namespace abut::ops {
namespace {

bool has_shape_of(const Graph& graph, ValueId value, const Layout& layout) {
    return layout.shape == graph.value(value).shape && layout.strides.rank() == layout.shape.rank();
}

/// Two elements in one place can't both be written.
bool repeats_elements(const Layout& layout) {
    for (int axis = 0; axis < layout.shape.rank(); ++axis) {
        if (layout.shape[axis] > 1 && layout.strides[axis] == 0) return true;
    }
    return false;
}

/// Every kernel is specialised for the strides of its views, so any strides will do.
class KernelTraits final : public planning::OpTraits {
public:
    [[nodiscard]] std::vector<planning::ViewRelation> relations(const Graph& graph, const Node& node) const override {
        return view_relations(graph, node);
    }
    [[nodiscard]] bool can_read(const Graph& graph, const Node& node, int input, const Layout& layout) const override {
        return has_shape_of(graph, node.inputs.at(static_cast<std::size_t>(input)), layout);
    }
    [[nodiscard]] bool can_write(const Graph& graph, const Node& node, int output, const Layout& layout) const override {
        return has_shape_of(graph, node.outputs.at(static_cast<std::size_t>(output)), layout) && !repeats_elements(layout);
    }
    [[nodiscard]] int most_segments(const Graph& graph, const Node& node, int axis) const override {
        return ops::most_segments(graph, node, axis);
    }
    [[nodiscard]] int most_stores(const Graph&, const Node& node) const override { return ops::most_stores(node); }
    [[nodiscard]] std::int64_t moved_bytes(const Graph& graph, const Node& node) const override {
        if (!std::holds_alternative<Slice>(node.operation) && !std::holds_alternative<Pad>(node.operation)) return 0;
        const auto bytes = [&](ValueId value) {
            return element_count(graph.value(value).shape) * size_bytes(graph.value(value).dtype);
        };
        return std::min(bytes(node.inputs.front()), bytes(node.outputs.front()));
    }
    [[nodiscard]] std::vector<Layout> preferred_layouts(const Graph& graph) const override {
        return ops::preferred_layouts(graph);
    }
};

}  // namespace

const planning::OpTraits& op_traits() {
    static const KernelTraits traits;
    return traits;
}

}  // namespace abut::ops
