// SPDX-License-Identifier: Apache-2.0
#include "passes/simplify_expressions.hpp"

#include "graph/infer.hpp"
#include "passes/rewriter.hpp"
#include "passes/simplify_formula.hpp"

namespace abut::passes {
namespace {

ValueId added_constant(Graph& target, const ConstantTensor& tensor, const std::string& name) {
    const std::vector<float> elements(tensor.elements.begin(), tensor.elements.end());
    return target.constant(tensor.shape, elements, name);
}

/// `formula` on values of the new graph.
Formula on_new_values(Rewriter& rewriter, const SimpleFormula& formula, const std::string& name) {
    Formula result{formula.expression, {}};
    for (const FormulaOperand& operand : formula.operands) {
        ValueId value;
        if (const auto* tensor = std::get_if<TensorPointer>(&operand)) {
            const bool is_unchanged = (*tensor)->origin.index >= 0;
            value = is_unchanged ? rewriter.mapped((*tensor)->origin)
                                 : added_constant(rewriter.target(), **tensor, name + ".constant");
        } else if (const ValueId old = std::get<ValueId>(operand); old.index >= 0) {
            value = rewriter.mapped(old);
        }
        result.operands.push_back(value);
    }
    return result;
}

Formula simplified(Rewriter& rewriter, const Formula& formula, const Shape& target, const std::string& name) {
    return on_new_values(rewriter, simplify_formula(formula, rewriter.source(), target), name);
}

/// Whether the operands that are left still broadcast to `target`.
bool keeps_shape(const Graph& graph, const SimpleFormula& formula, const Shape& target) {
    Shape joined;
    for (const FormulaOperand& operand : formula.operands) {
        const auto* tensor = std::get_if<TensorPointer>(&operand);
        const Shape& shape = tensor != nullptr ? (*tensor)->shape : graph.value(std::get<ValueId>(operand)).shape;
        joined = inference::broadcast_shapes(joined, shape);
    }
    return joined == target;
}

void simplify_elementwise(Rewriter& rewriter, const Node& node, const Elementwise& elementwise) {
    const Graph& graph = rewriter.source();
    const Shape& shape = graph.value(node.outputs.front()).shape;
    const SimpleFormula formula = simplify_formula({elementwise.expression, node.inputs}, graph, shape);
    const bool is_usable = !formula.operands.empty() && keeps_shape(graph, formula, shape);
    if (!is_usable) return rewriter.copy(node);
    const Formula renewed = on_new_values(rewriter, formula, node.name);
    rewriter.emit(Elementwise{renewed.expression}, renewed.operands, node.outputs, node.name);
}

void simplify_fused(Rewriter& rewriter, const Node& node) {
    const Graph& graph = rewriter.source();
    const Draft old{node.operation, node.inputs};
    Draft renewed{node.operation, {rewriter.mapped(node.inputs[0]), rewriter.mapped(node.inputs[1])}};
    renewed.inputs.resize(node.inputs.size());
    set_epilogue(renewed, simplified(rewriter, epilogue_of(old), graph.value(node.outputs.front()).shape, node.name));
    if (std::holds_alternative<Conv2d>(node.operation)) {
        set_prologue(renewed, simplified(rewriter, prologue_of(old), graph.value(node.inputs[0]).shape, node.name));
    }
    rewriter.emit(std::move(renewed.operation), std::move(renewed.inputs), node.outputs, node.name);
}

}  // namespace

Graph simplify_expressions(const Graph& graph) {
    return rewritten(graph, [](Rewriter& rewriter, NodeId, const Node& node) {
        if (const auto* elementwise = std::get_if<Elementwise>(&node.operation)) {
            return simplify_elementwise(rewriter, node, *elementwise);
        }
        has_epilogue(node.operation) ? simplify_fused(rewriter, node) : rewriter.copy(node);
    });
}

}  // namespace abut::passes
