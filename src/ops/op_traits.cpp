// SPDX-License-Identifier: Apache-2.0
#include "ops/op_traits.hpp"

#include <algorithm>

#include "ops/opaque_views.hpp"
#include "plan/byte_counts.hpp"

namespace abut::ops {
namespace {

/// In words that follow "takes it only"; empty where the kernel takes the view.
std::string why_not(const Graph& graph, ValueId value, const ViewSpec& view, const AcceptedView* accepted) {
    const Layout& layout = view.layout;
    if (layout.shape != graph.value(value).shape || layout.strides.rank() != layout.shape.rank()) return "in its own shape";
    return accepted == nullptr ? std::string() : accepted->why_not(view);
}

/// Two elements in one place can't both be written.
bool repeats_elements(const Layout& layout) {
    for (int axis = 0; axis < layout.shape.rank(); ++axis) {
        if (layout.shape[axis] > 1 && layout.strides[axis] == 0) return true;
    }
    return false;
}

/// Every kernel of Abut's is specialised for the strides of its views, so any strides will do.
class KernelTraits final : public planning::OpTraits {
public:
    [[nodiscard]] std::vector<planning::ViewRelation> relations(const Graph& graph, const Node& node) const override {
        return view_relations(graph, node);
    }
    [[nodiscard]] std::string why_not_read(const Graph& graph, const Node& node, int input,
                                           const ViewSpec& view) const override {
        return why_not(graph, node.inputs.at(static_cast<std::size_t>(input)), view, accepted_read(node, input));
    }
    [[nodiscard]] std::string why_not_written(const Graph& graph, const Node& node, int output,
                                              const ViewSpec& view) const override {
        if (repeats_elements(view.layout)) return "where each element has its own place";
        return why_not(graph, node.outputs.at(static_cast<std::size_t>(output)), view, accepted_write(node, output));
    }
    [[nodiscard]] int most_segments(const Graph& graph, const Node& node, int axis) const override {
        return ops::most_segments(graph, node, axis);
    }
    [[nodiscard]] int most_stores(const Graph&, const Node& node) const override { return ops::most_stores(node); }
    [[nodiscard]] bool may_write_over(const Graph& graph, const Node& node, int input) const override {
        return ops::may_write_over(graph, node, input);
    }
    [[nodiscard]] std::int64_t moved_bytes(const Graph& graph, const Node& node) const override {
        if (!std::holds_alternative<Slice>(node.operation) && !std::holds_alternative<Pad>(node.operation)) return 0;
        return std::min(planning::value_bytes(graph, node.inputs.front()),
                        planning::value_bytes(graph, node.outputs.front()));
    }
    [[nodiscard]] std::vector<planning::PreferredLayout> preferred_layouts(const Graph& graph) const override {
        return ops::preferred_layouts(graph);
    }
};

}  // namespace

const planning::OpTraits& op_traits() {
    static const KernelTraits traits;
    return traits;
}

}  // namespace abut::ops
