// SPDX-License-Identifier: Apache-2.0
#include "passes/scale_weights.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include "passes/constant_tensor.hpp"
#include "passes/formula.hpp"
#include "passes/rewriter.hpp"

namespace abut::passes {
namespace {

/// The only term that reads operand 0, if it is a product by one constant a channel.
std::optional<std::size_t> scaling_term(const Graph& graph, const Formula& epilogue, const Shape& output, int axis) {
    const auto reads_flow = [](const Term& term) { return std::ranges::count(term.arguments, 0); };
    const auto& terms = epilogue.expression.terms;
    const auto first = std::ranges::find_if(terms, reads_flow);
    if (first == terms.end() || first->arguments[0] != 0) return std::nullopt;
    std::ptrdiff_t reads = 0;
    for (const Term& term : terms) reads += reads_flow(term);
    if (reads != 1) return std::nullopt;
    const auto index = static_cast<std::size_t>(first - terms.begin());
    if (first->function == Function::MultiplyOne) return first->alpha != 1 ? std::optional(index) : std::nullopt;
    if (first->function != Function::Multiply && first->function != Function::MultiplyAdd) return std::nullopt;
    const int factor = first->arguments[1];
    if (factor >= epilogue.expression.operands) return std::nullopt;
    const Value& value = graph.value(epilogue.operands[static_cast<std::size_t>(factor)]);
    return has_floats(value) && is_per_channel(value.shape, output, axis) ? std::optional(index) : std::nullopt;
}

std::vector<float> channel_factors(const Graph& graph, const Formula& epilogue, const Term& term, std::int64_t channels) {
    if (term.function == Function::MultiplyOne) return std::vector<float>(static_cast<std::size_t>(channels), term.alpha);
    return channel_floats(graph.value(epilogue.operands[static_cast<std::size_t>(term.arguments[1])]), channels);
}

/// The output channel of element `index` of the weights.
class ChannelOfWeight {
public:
    ChannelOfWeight(const Operation& operation, const Shape& weights) {
        const int rank = weights.rank();
        if (std::holds_alternative<Conv2d>(operation)) {
            inner_ = weights[1] * weights[2] * weights[3];
            channels_ = weights[0];
        } else if (const auto* conv = std::get_if<ConvTranspose2d>(&operation)) {
            inner_ = weights[2] * weights[3];
            channels_ = weights[1];
            group_elements_ = element_count(weights) / conv->groups;
        } else {
            const bool is_transposed = std::get<Dense>(operation).transpose_b;
            inner_ = is_transposed ? weights[rank - 1] : 1;
            channels_ = weights[is_transposed ? rank - 2 : rank - 1];
        }
    }

    /// So many elements from a multiple of it on have one channel.
    [[nodiscard]] std::size_t run() const { return static_cast<std::size_t>(inner_); }

    std::size_t operator()(std::int64_t index) const {
        const std::int64_t group = group_elements_ > 0 ? index / group_elements_ : 0;
        return static_cast<std::size_t>(group * channels_ + index / inner_ % channels_);
    }

private:
    std::int64_t inner_ = 1;           ///< elements between two channels
    std::int64_t channels_ = 1;        ///< of a group
    std::int64_t group_elements_ = 0;  ///< elements of a group, where the group is the outermost part
};

ValueId scaled(Rewriter& rewriter, const Node& node, std::span<const float> factors) {
    const Value& weights = rewriter.source().value(node.inputs[1]);
    const ChannelOfWeight channel_of(node.operation, weights.shape);
    const auto old = floats_of(weights);
    const std::shared_ptr<float[]> elements(new float[std::max<std::size_t>(old.size(), 1)]);
    const std::size_t run = channel_of.run();
    for (std::size_t first = 0; first < old.size(); first += run) {
        const float factor = factors[channel_of(static_cast<std::int64_t>(first))];
        for (std::size_t index = first; index < first + run; ++index) elements[index] = old[index] * factor;
    }
    return rewriter.target().constant(ViewSpec(weights.dtype, weights.shape), elements, weights.name);
}

/// The epilogue without the product of term `index`.
Formula without_product(const Formula& epilogue, std::size_t index) {
    Formula result = epilogue;
    Term& term = result.expression.terms[index];
    if (term.function == Function::MultiplyOne) {
        term.alpha = 1;
    } else if (term.function == Function::MultiplyAdd) {
        term = {.function = Function::Add, .arguments = {0, term.arguments[2], -1}};
    } else {
        term = {.function = Function::MultiplyOne, .arguments = {0, -1, -1}, .alpha = 1};
    }
    return result;
}

void visit(Rewriter& rewriter, const Node& node) {
    const Graph& graph = rewriter.source();
    if (!has_epilogue(node.operation) || !has_floats(graph.value(node.inputs[1]))) return rewriter.copy(node);
    const Shape& output = graph.value(node.outputs.front()).shape;
    const int axis = channel_axis(node.operation, output);
    Draft draft{node.operation, node.inputs};
    const Formula epilogue = epilogue_of(draft);
    const auto term = scaling_term(graph, epilogue, output, axis);
    if (!term) return rewriter.copy(node);
    const auto factors = channel_factors(graph, epilogue, epilogue.expression.terms[*term], output[axis]);
    set_epilogue(draft, without_product(epilogue, *term));
    std::vector<ValueId> inputs = rewriter.mapped(draft.inputs);
    inputs[1] = scaled(rewriter, node, factors);
    rewriter.emit(std::move(draft.operation), std::move(inputs), node.outputs, node.name);
}

}  // namespace

Graph scale_weights(const Graph& graph) {
    return rewritten(graph, [](Rewriter& rewriter, NodeId, const Node& node) { visit(rewriter, node); });
}

}  // namespace abut::passes
