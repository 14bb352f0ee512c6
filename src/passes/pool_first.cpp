// SPDX-License-Identifier: Apache-2.0
#include "passes/pool_first.hpp"

#include "graph/uses.hpp"
#include "passes/formula.hpp"
#include "passes/rewriter.hpp"

namespace abut::passes {
namespace {

using graph_detail::Uses;

constexpr Pair one{1, 1};
constexpr Pads none{0, 0, 0, 0};

bool is_plain_average(const Pool2d& pool) {
    return pool.kind == PoolKind::Average && pool.pads == none && pool.dilations == one && !pool.ceil_mode;
}

/// Nothing, or a bias a channel.
bool has_linear_epilogue(const Graph& graph, const Node& conv) {
    const auto& attributes = std::get<Conv2d>(conv.operation);
    const Expression& epilogue = attributes.epilogue;
    if (epilogue.is_identity()) return true;
    if (epilogue.terms.size() != 1 || epilogue.operands != 2 || epilogue.terms.front().function != Function::Add)
        return false;
    const Value& bias = graph.value(conv.inputs.back());
    return bias.is_constant() && is_per_channel(bias.shape, graph.value(conv.outputs.front()).shape, 1);
}

bool is_pointwise(const Graph& graph, const Node& conv) {
    const auto& attributes = std::get<Conv2d>(conv.operation);
    if (!attributes.parts.empty()) return false;
    const Shape& weights = graph.value(conv.inputs[1]).shape;
    return weights[2] == 1 && weights[3] == 1 && attributes.strides == one && attributes.pads == none &&
           attributes.prologue.is_identity();
}

/// What multiplications save must be more than what pooling more channels costs.
bool is_worthwhile(const Graph& graph, const Node& conv, const Pool2d& pool) {
    constexpr std::int64_t most_window = 4;
    const Shape& x = graph.value(conv.inputs.front()).shape;
    const Shape& y = graph.value(conv.outputs.front()).shape;
    const std::int64_t strides = pool.strides[0] * pool.strides[1];
    return strides > 1 && pool.kernel[0] * pool.kernel[1] <= most_window * strides && x[1] <= most_window * y[1];
}

/// The convolution whose place the pool `node` can take; nothing if there is none.
const Node* swappable_convolution(const Graph& graph, const Uses& uses, const Node& node) {
    const auto* pool = std::get_if<Pool2d>(&node.operation);
    if (pool == nullptr || !is_plain_average(*pool) || !uses.is_private(node.inputs.front())) return nullptr;
    const NodeId producer = graph.value(node.inputs.front()).producer;
    if (producer.index < 0) return nullptr;
    const Node& conv = graph.node(producer);
    if (!std::holds_alternative<Conv2d>(conv.operation)) return nullptr;
    const bool swaps = is_pointwise(graph, conv) && has_linear_epilogue(graph, conv) && is_worthwhile(graph, conv, *pool);
    return swaps ? &conv : nullptr;
}

}  // namespace

Graph pool_first(const Graph& graph) {
    const Uses uses(graph);
    std::vector<const Node*> convolution_of(graph.nodes().size(), nullptr);
    std::vector<bool> is_moved(graph.nodes().size(), false);
    for (std::size_t n = 0; n < graph.nodes().size(); ++n) {
        convolution_of[n] = swappable_convolution(graph, uses, graph.nodes()[n]);
        if (convolution_of[n] == nullptr) continue;
        is_moved[static_cast<std::size_t>(graph.value(convolution_of[n]->outputs.front()).producer.index)] = true;
    }
    return rewritten(graph, [&](Rewriter& rewriter, NodeId id, const Node& node) {
        if (is_moved[static_cast<std::size_t>(id.index)]) return;
        const Node* conv = convolution_of[static_cast<std::size_t>(id.index)];
        if (conv == nullptr) return rewriter.copy(node);
        auto inputs = rewriter.mapped(conv->inputs);
        inputs.front() = rewriter.target().append(node.operation, {inputs.front()}, node.name).front();
        rewriter.emit(conv->operation, std::move(inputs), node.outputs, conv->name);
    });
}

}  // namespace abut::passes
