// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <variant>

#include "ops/op_traits.hpp"

namespace abut::ops {
namespace {

using planning::BoxRelation;
using planning::PermuteRelation;
using planning::ReshapeRelation;
using planning::ViewRelation;
using Relations = std::vector<ViewRelation>;

/// Boxes of `whole` that follow one another along `axis`.
Relations consecutive_boxes(const Graph& graph, const std::vector<ValueId>& parts, ValueId whole, int axis, bool joins) {
    Relations relations;
    Dims begin = Dims::filled(graph.value(whole).shape.rank(), 0);
    for (const ValueId part : parts) {
        relations.emplace_back(BoxRelation{.part = part, .whole = whole, .begin = begin, .joins = joins});
        begin[axis] += graph.value(part).shape[axis];
    }
    return relations;
}

struct RelationsOf {
    const Graph& graph;
    const Node& node;

    Relations operator()(const Concat& concat) const {
        return consecutive_boxes(graph, node.inputs, node.outputs.front(), concat.axis, true);
    }
    Relations operator()(const Split& split) const {
        return consecutive_boxes(graph, node.outputs, node.inputs.front(), split.axis, false);
    }
    Relations operator()(const Slice& slice) const {
        if (!std::ranges::all_of(slice.steps, [](std::int64_t step) { return step == 1; })) return {};
        return {
            BoxRelation{.part = node.outputs.front(), .whole = node.inputs.front(), .begin = slice.begin, .joins = false}};
    }
    Relations operator()(const Transpose& transpose) const {
        return {PermuteRelation{
            .result = node.outputs.front(), .source = node.inputs.front(), .permutation = transpose.permutation}};
    }
    Relations operator()(const Reshape&) const {
        return {ReshapeRelation{.result = node.outputs.front(), .source = node.inputs.front()}};
    }
    template <class Computed>
    Relations operator()(const Computed&) const {
        return {};
    }
};

}  // namespace

Relations view_relations(const Graph& graph, const Node& node) {
    return std::visit(RelationsOf{graph, node}, node.operation);
}

}  // namespace abut::ops
