// SPDX-License-Identifier: Apache-2.0
#include "passes/fuse_prologues.hpp"

#include <algorithm>
#include <optional>

#include "graph/uses.hpp"
#include "passes/formula.hpp"
#include "passes/limits.hpp"
#include "passes/rewriter.hpp"

namespace abut::passes {
namespace {

using graph_detail::Uses;

/// A few instructions an element, no call of a mathematical function.
bool is_cheap(const Term& term) {
    switch (term.function) {
        case Function::Constant:
        case Function::Abs:
        case Function::HardSigmoid:
        case Function::HardSwish:
        case Function::LeakyRelu:
        case Function::Negate:
        case Function::Relu:
        case Function::Square:
        case Function::ThresholdedRelu:
        case Function::Clip:
        case Function::MultiplyOne:
        case Function::Not:
        case Function::Add:
        case Function::Subtract:
        case Function::Multiply:
        case Function::Minimum:
        case Function::Maximum:
        case Function::PRelu:
        case Function::Greater:
        case Function::GreaterOrEqual:
        case Function::Less:
        case Function::LessOrEqual:
        case Function::Equal:
        case Function::And:
        case Function::Or:
        case Function::Xor:
        case Function::MultiplyAdd:
        case Function::Select:
            return true;
        default:
            return false;
    }
}

/// `node` as a prologue, its flowing operand in front; nothing where it can't be one.
std::optional<Formula> as_prologue(const Graph& graph, const Node& node) {
    const auto* elementwise = std::get_if<Elementwise>(&node.operation);
    const Shape& shape = graph.value(node.outputs.front()).shape;
    if (elementwise == nullptr || shape.rank() != 4) return std::nullopt;
    if (!std::ranges::all_of(elementwise->expression.terms, is_cheap)) return std::nullopt;
    const Formula formula = without_duplicates({elementwise->expression, node.inputs});
    std::optional<std::size_t> flowing;
    for (std::size_t operand = 0; operand < formula.operands.size(); ++operand) {
        const Value& value = graph.value(formula.operands[operand]);
        if (!value.is_constant() && !flowing && value.shape == shape) {
            flowing = operand;
        } else if (!is_per_channel(value.shape, shape, 1)) {
            return std::nullopt;
        }
    }
    return flowing ? std::optional(moved_to_front(formula, *flowing)) : std::nullopt;
}

bool reads_as_x_only(const Node& node, ValueId value) {
    return std::holds_alternative<Conv2d>(node.operation) && node.inputs.front() == value &&
           std::ranges::count(node.inputs, value) == 1;
}

Draft with_prologue(const Node& conv, const Formula& inner) {
    Draft draft{conv.operation, conv.inputs};
    Formula prologue = prologue_of(draft);
    prologue.operands[0] = conv.inputs[0];
    prologue = substituted(prologue, 0, inner);
    draft.inputs[0] = prologue.operands[0];
    set_prologue(draft, prologue);
    return draft;
}

class PrologueFusion {
public:
    explicit PrologueFusion(const Graph& graph) : graph_(graph), uses_(graph), prologues_(graph.nodes().size()) {
        for (std::size_t index = 0; index < graph.nodes().size(); ++index)
            prologues_[index] = absorbable(graph.nodes()[index]);
    }

    Graph result() const {
        return rewritten(graph_, [this](Rewriter& rewriter, NodeId id, const Node& node) {
            if (prologues_[static_cast<std::size_t>(id.index)]) return;
            const Formula* prologue = absorbed_by(node);
            if (prologue == nullptr) return rewriter.copy(node);
            const Draft draft = with_prologue(node, *prologue);
            rewriter.emit(draft.operation, rewriter.mapped(draft.inputs), node.outputs, node.name);
        });
    }

private:
    /// `node` as a prologue if every reader is a convolution that can take it.
    [[nodiscard]] std::optional<Formula> absorbable(const Node& node) const {
        const ValueId value = node.outputs.front();
        const auto consumers = uses_.consumers(value);
        if (uses_.is_output(value) || consumers.empty() || consumers.size() > most_prologue_copies) return std::nullopt;
        auto formula = as_prologue(graph_, node);
        if (!formula) return std::nullopt;
        const bool all_take_it = std::ranges::all_of(consumers, [&](NodeId consumer) {
            const Node& reader = graph_.node(consumer);
            return reads_as_x_only(reader, value) &&
                   is_within_limits(std::get<Conv2d>(reader.operation).prologue.composed(0, formula->expression));
        });
        return all_take_it ? formula : std::nullopt;
    }

    [[nodiscard]] const Formula* absorbed_by(const Node& node) const {
        if (!std::holds_alternative<Conv2d>(node.operation)) return nullptr;
        const NodeId producer = graph_.value(node.inputs.front()).producer;
        if (producer.index < 0) return nullptr;
        const auto& prologue = prologues_[static_cast<std::size_t>(producer.index)];
        return prologue ? &*prologue : nullptr;
    }

    const Graph& graph_;
    Uses uses_;
    std::vector<std::optional<Formula>> prologues_;  ///< by node: those that are absorbed
};

}  // namespace

Graph fuse_prologues(const Graph& graph) {
    return PrologueFusion(graph).result();
}

}  // namespace abut::passes
