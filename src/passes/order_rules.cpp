// SPDX-License-Identifier: Apache-2.0
#include "passes/order_rules.hpp"

#include <algorithm>
#include <variant>

#include "passes/channels.hpp"
#include "passes/order_flow.hpp"
#include "passes/order_views.hpp"

namespace abut::passes {
namespace {

/// How a convolution's output channels move where `order` moves its groups as wholes; nothing where it tears one.
std::optional<AxisOrder> moved_groups(const AxisOrder& order, std::int64_t groups, std::int64_t outputs) {
    const auto inputs_a_group = static_cast<std::int64_t>(order.source.size()) / groups;
    const std::int64_t outputs_a_group = outputs / groups;
    AxisOrder moved{channels, {}};
    for (std::int64_t group = 0; group < groups; ++group) {
        const std::int64_t first = order.source[static_cast<std::size_t>(group * inputs_a_group)];
        if (first % inputs_a_group != 0) return std::nullopt;
        for (std::int64_t i = 0; i < inputs_a_group; ++i) {
            if (order.source[static_cast<std::size_t>(group * inputs_a_group + i)] != first + i) return std::nullopt;
        }
        for (std::int64_t i = 0; i < outputs_a_group; ++i)
            moved.source.push_back(first / inputs_a_group * outputs_a_group + i);
    }
    return moved;
}

/// The axes of a product's operands: those that are summed over, and those that the result has.
struct ProductAxes {
    int depth_a, rows, depth_b, columns;

    ProductAxes(const Dense& dense, int rank_a, int rank_b)
        : depth_a(dense.transpose_a ? rank_a - 2 : rank_a - 1),
          rows(dense.transpose_a ? rank_a - 1 : rank_a - 2),
          depth_b(dense.transpose_b ? rank_b - 1 : rank_b - 2),
          columns(dense.transpose_b ? rank_b - 2 : rank_b - 1) {}
};

/// One rule an operation; nothing where it can't follow.
class Rules {
public:
    using Result = std::optional<NodeOrders>;

    Rules(const Graph& graph, const Node& node, const InputOrders& inputs)
        : flow_(graph, node, inputs),
          graph_(graph),
          node_(node),
          inputs_(inputs) {}

    Result operator()(const Conv2d& conv) {
        const auto prologue = static_cast<std::size_t>(conv.prologue.operands) - 1;
        const InputRun parameters{2, prologue, flow_.shape(0)};
        const auto x = inputs_[0];
        if ((x && x->axis != channels) || inputs_[1] || !flow_.impose(parameters, x)) return {};
        const InputRun epilogue = epilogue_run(2 + prologue, conv.epilogue);
        auto y = flow_.stated(epilogue);
        if (!conv.parts.empty() && y) return {};
        if (x && conv.groups > 1) {
            const auto moved = moved_groups(*x, conv.groups, result_shape()[channels]);
            if (!moved || (y && *y != *moved)) return {};
            y = unless_identity(*moved);
        } else {
            if (y && (y->axis != channels || conv.groups > 1)) return {};
            if (x && !flow_.impose(1, *x)) return {};
        }
        if (y && !flow_.impose(1, y->along(0))) return {};
        return finished(epilogue, y);
    }

    Result operator()(const ConvTranspose2d& conv) {
        const auto x = inputs_[0];
        const InputRun epilogue = epilogue_run(2, conv.epilogue);
        const auto y = flow_.stated(epilogue);
        if (conv.groups > 1 || inputs_[1] || (x && x->axis != channels) || (y && y->axis != channels)) return {};
        if (x && !flow_.impose(1, x->along(0))) return {};
        if (y && !flow_.impose(1, *y)) return {};
        return finished(epilogue, y);
    }

    Result operator()(const Dense& dense) {
        const ProductAxes axes(dense, flow_.shape(0).rank(), flow_.shape(1).rank());
        const int rows = result_shape().rank() - 2;
        const InputRun epilogue = epilogue_run(2, dense.epilogue);
        auto y = flow_.stated(epilogue);
        if (const auto& a = inputs_[0]; a && a->axis == axes.depth_a) {
            if (!flow_.impose(1, a->along(axes.depth_b))) return {};
        } else if (a && a->axis != axes.rows) {
            return {};
        } else if (a && !y) {
            y = a->along(rows);
        }
        if (const auto& b = inputs_[1]; b && b->axis == axes.depth_b) {
            if (!flow_.impose(0, b->along(axes.depth_a))) return {};
        } else if (b && b->axis != axes.columns) {
            return {};
        } else if (b && !y) {
            y = b->along(rows + 1);
        }
        const bool gives_rows = inputs_[0] && inputs_[0]->axis == axes.rows;
        const bool gives_columns = inputs_[1] && inputs_[1]->axis == axes.columns;
        if ((gives_rows && (!y || y->axis != rows)) || (gives_columns && (!y || y->axis != rows + 1))) return {};
        if (y && y->axis < rows) return {};
        if (y && y->axis == rows && !flow_.impose(0, y->along(axes.rows))) return {};
        if (y && y->axis == rows + 1 && !flow_.impose(1, y->along(axes.columns))) return {};
        return finished(epilogue, y);
    }

    Result operator()(const Elementwise&) {
        const InputRun all{0, node_.inputs.size(), result_shape()};
        return finished(all, flow_.stated(all));
    }

    Result operator()(const BatchNorm&) {
        const auto x = inputs_[0];
        if (!x) return {};
        for (std::size_t input = 1; input < inputs_.size(); ++input) {
            if (x->axis == channels && !flow_.impose(input, x->along(0))) return {};
        }
        return flow_.with_results(x);
    }

    Result operator()(const Pool2d&) { return passed_on(inputs_[0]->axis <= channels); }

    Result operator()(const Reduce& reduce) {
        if (std::ranges::find(reduce.axes, inputs_[0]->axis) != reduce.axes.end()) return flow_.with_results({});
        if (reduce.keep_dims) return passed_on(true);
        const auto before = std::ranges::count_if(reduce.axes, [&](int axis) { return axis < inputs_[0]->axis; });
        return flow_.with_results(inputs_[0]->along(inputs_[0]->axis - static_cast<int>(before)));
    }

    Result operator()(const Softmax&) { return passed_on(true); }

    Result operator()(const Resize& resize) {
        const int axis = inputs_[0]->axis;
        const bool is_kept =
            resize.sizes[axis] == flow_.shape(0)[axis] && resize.scales[static_cast<std::size_t>(axis)] == 1;
        return passed_on(is_kept);
    }

    Result operator()(const Pad& pad) {
        return passed_on(pad.before[inputs_[0]->axis] == 0 && pad.after[inputs_[0]->axis] == 0);
    }

    Result operator()(const Transpose& transpose) {
        const auto* from = std::ranges::find(transpose.permutation, inputs_[0]->axis);
        return flow_.with_results(inputs_[0]->along(static_cast<int>(from - transpose.permutation.begin())));
    }

    Result operator()(const Reshape& reshape) {
        const auto order = reshaped_order(*inputs_[0], flow_.shape(0), reshape.shape);
        return order ? Result(flow_.with_results(order)) : Result();
    }

    Result operator()(const Concat& concat) {
        const auto order = joined_order(graph_, node_, concat.axis, inputs_);
        return order ? Result(flow_.with_results(order)) : Result();
    }

    Result operator()(const Split& split) { return passed_on(inputs_[0]->axis != split.axis); }

    Result operator()(const Slice& slice) {
        const int axis = inputs_[0]->axis;
        return passed_on(slice.sizes[axis] == flow_.shape(0)[axis] && slice.begin[axis] == 0 && slice.steps[axis] == 1);
    }

    Result operator()(const Copy&) { return passed_on(true); }
    Result operator()(const Cast&) { return passed_on(true); }

    /// An operation that no rule is written for keeps its inputs as they are.
    template <class Other>
    Result operator()(const Other&) {
        return {};
    }

private:
    [[nodiscard]] const Shape& result_shape() const { return graph_.value(node_.outputs.front()).shape; }

    [[nodiscard]] InputRun epilogue_run(std::size_t first, const Expression& epilogue) const {
        return {first, static_cast<std::size_t>(epilogue.operands) - 1, result_shape()};
    }

    [[nodiscard]] Result passed_on(bool can_follow) const {
        return can_follow ? Result(flow_.with_results(inputs_[0])) : Result();
    }

    Result finished(const InputRun& run, const std::optional<AxisOrder>& order) {
        if (!flow_.impose(run, order)) return {};
        return flow_.with_results(order);
    }

    OrderFlow flow_;
    const Graph& graph_;
    const Node& node_;
    const InputOrders& inputs_;
};

}  // namespace

std::optional<NodeOrders> follow_orders(const Graph& graph, const Node& node, const InputOrders& inputs) {
    return std::visit(Rules(graph, node, inputs), node.operation);
}

}  // namespace abut::passes
