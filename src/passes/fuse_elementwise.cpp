// SPDX-License-Identifier: Apache-2.0
#include "passes/fuse_elementwise.hpp"

#include "graph/uses.hpp"
#include "passes/formula.hpp"
#include "passes/limits.hpp"
#include "passes/rewriter.hpp"

namespace abut::passes {
namespace {

using graph_detail::Uses;

class ElementwiseFusion {
public:
    explicit ElementwiseFusion(const Graph& graph)
        : graph_(graph),
          uses_(graph),
          formulas_(graph.nodes().size()),
          is_absorbed_(graph.nodes().size(), false) {
        for (std::size_t node = 0; node < graph.nodes().size(); ++node) fuse_into(node);
    }

    Graph result() const {
        return rewritten(graph_, [this](Rewriter& rewriter, NodeId id, const Node& node) {
            const auto index = static_cast<std::size_t>(id.index);
            if (is_absorbed_[index]) return;
            const Formula& formula = formulas_[index];
            if (formula.operands.empty()) return rewriter.copy(node);
            rewriter.emit(Elementwise{formula.expression}, rewriter.mapped(formula.operands), node.outputs, node.name);
        });
    }

private:
    void fuse_into(std::size_t index) {
        const Node& node = graph_.nodes()[index];
        const auto* elementwise = std::get_if<Elementwise>(&node.operation);
        if (elementwise == nullptr) return;
        Formula formula = without_duplicates({elementwise->expression, node.inputs});
        // Operands of an absorbed producer stand where it stood and were its own candidates already.
        for (std::size_t operand = formula.operands.size(); operand-- > 0;) {
            const std::size_t producer = absorbable_producer(formula.operands[operand], node.outputs.front());
            if (producer == none) continue;
            Formula joined = substituted(formula, operand, formulas_[producer]);
            if (!is_within_limits(joined.expression)) continue;
            formula = std::move(joined);
            is_absorbed_[producer] = true;
            formulas_[producer] = {};
            operand = std::min(operand, formula.operands.size());
        }
        formulas_[index] = std::move(formula);
    }

    [[nodiscard]] std::size_t absorbable_producer(ValueId value, ValueId result) const {
        const NodeId producer = graph_.value(value).producer;
        if (producer.index < 0 || !uses_.is_private(value)) return none;
        const auto index = static_cast<std::size_t>(producer.index);
        const bool is_elementwise = !formulas_[index].operands.empty();
        return is_elementwise && graph_.value(value).shape == graph_.value(result).shape ? index : none;
    }

    static constexpr std::size_t none = SIZE_MAX;

    const Graph& graph_;
    Uses uses_;
    std::vector<Formula> formulas_;  ///< by node; without operands for other operations and for what was absorbed
    std::vector<bool> is_absorbed_;
};

}  // namespace

Graph fuse_elementwise(const Graph& graph) {
    return ElementwiseFusion(graph).result();
}

}  // namespace abut::passes
