// SPDX-License-Identifier: Apache-2.0
#include "passes/drop_identities.hpp"

#include <algorithm>

#include "passes/rewriter.hpp"

namespace abut::passes {
namespace {

/// The attributes and input of the node that computes `value`, if it is an `Attributes`.
template <class Attributes>
const Attributes* producer_as(const Graph& graph, ValueId value) {
    const NodeId producer = graph.value(value).producer;
    return producer.index < 0 ? nullptr : std::get_if<Attributes>(&graph.node(producer).operation);
}

ValueId source_of(const Graph& graph, ValueId value) {
    return graph.node(graph.value(value).producer).inputs.front();
}

bool is_identity(const Transpose& transpose) {
    for (int axis = 0; axis < transpose.permutation.rank(); ++axis) {
        if (transpose.permutation[axis] != axis) return false;
    }
    return true;
}

Transpose composed(const Transpose& outer, const Transpose& inner) {
    Transpose result = outer;
    for (int axis = 0; axis < result.permutation.rank(); ++axis) {
        result.permutation[axis] = inner.permutation[static_cast<int>(outer.permutation[axis])];
    }
    return result;
}

Slice composed(const Slice& outer, const Slice& inner) {
    Slice result = outer;
    for (int axis = 0; axis < result.begin.rank(); ++axis) {
        result.begin[axis] = inner.begin[axis] + outer.begin[axis] * inner.steps[axis];
        result.steps[axis] = outer.steps[axis] * inner.steps[axis];
    }
    return result;
}

bool all_are(const auto& numbers, auto wanted) {
    return std::all_of(numbers.begin(), numbers.end(), [wanted](auto number) { return number == wanted; });
}

/// What one live node becomes. Works on new values, so that what was simplified before it is seen.
class Simplification {
public:
    Simplification(Rewriter& rewriter, const Node& node)
        : rewriter_(rewriter),
          node_(node),
          inputs_(rewriter.mapped(node.inputs)) {}

    void operator()(const Elementwise& elementwise) {
        alias_if(elementwise.expression.is_identity() && elementwise.expression.operands == 1, elementwise);
    }
    void operator()(const Copy& copy) { alias_if(true, copy); }
    void operator()(const Pad& pad) { alias_if(all_are(pad.before, 0) && all_are(pad.after, 0), pad); }
    void operator()(const Resize& resize) { alias_if(keeps_shape() && all_are(resize.scales, 1.0F), resize); }
    void operator()(const Split& split) { alias_if(split.sizes.size() == 1, split); }

    void operator()(const Reshape& reshape) {
        if (producer_as<Reshape>(graph(), x()) != nullptr) inputs_ = {source_of(graph(), x())};
        alias_if(keeps_shape(), reshape);
    }

    void operator()(Transpose transpose) {
        if (const auto* inner = producer_as<Transpose>(graph(), x())) {
            transpose = composed(transpose, *inner);
            inputs_ = {source_of(graph(), x())};
        }
        alias_if(is_identity(transpose), transpose);
    }

    void operator()(Slice slice) {
        if (const auto* inner = producer_as<Slice>(graph(), x())) {
            slice = composed(slice, *inner);
            inputs_ = {source_of(graph(), x())};
        }
        alias_if(keeps_shape() && all_are(slice.begin, 0) && all_are(slice.steps, 1), slice);
    }

    void operator()(const Concat& concat) {
        const auto is_empty = [&](ValueId operand) { return graph().value(operand).shape[concat.axis] == 0; };
        const ValueId first = x();
        std::erase_if(inputs_, is_empty);
        if (inputs_.empty()) inputs_ = {first};
        alias_if(inputs_.size() == 1, concat);
    }

    template <class Other>
    void operator()(const Other& other) {
        alias_if(false, other);
    }

private:
    [[nodiscard]] const Graph& graph() const { return rewriter_.target(); }
    [[nodiscard]] ValueId x() const { return inputs_.front(); }
    [[nodiscard]] bool keeps_shape() const {
        return graph().value(x()).shape == rewriter_.source().value(node_.outputs.front()).shape;
    }

    void alias_if(bool changes_nothing, Operation operation) {
        if (changes_nothing) return rewriter_.replace(node_.outputs.front(), x());
        rewriter_.emit(std::move(operation), std::move(inputs_), node_.outputs, node_.name);
    }

    Rewriter& rewriter_;
    const Node& node_;
    std::vector<ValueId> inputs_;
};

Graph simplified(const Graph& graph) {
    return rewritten(graph, [](Rewriter& rewriter, NodeId, const Node& node) {
        std::visit(Simplification(rewriter, node), node.operation);
    });
}

}  // namespace

Graph drop_identities(const Graph& graph) {
    // What the first round composed leaves producers that nobody reads; the second leaves them out.
    return simplified(simplified(graph));
}

}  // namespace abut::passes
