// SPDX-License-Identifier: Apache-2.0
#include "passes/fold_constants.hpp"

#include <algorithm>
#include <memory>

#include "graph/evaluate.hpp"
#include "passes/constant_tensor.hpp"
#include "passes/rewriter.hpp"

namespace abut::passes {
namespace {

constexpr std::int64_t most_growth_bytes = std::int64_t{16} << 20;

bool is_constant(const Graph& graph, ValueId value) {
    return has_floats(graph.value(value));
}

/// Kernels read constants of float32 only.
bool is_cast_of_constant(const Graph& graph, const Node& node, std::span<const ValueId> inputs) {
    const auto* cast = std::get_if<Cast>(&node.operation);
    return cast != nullptr && cast->to == DType::Float32 && graph.value(inputs.front()).data != nullptr;
}

/// Bounds are far below 2^63 once every value exists, so the sums can't overflow.
std::int64_t total_bytes(const Graph& graph, std::span<const ValueId> values) {
    std::int64_t total = 0;
    for (const ValueId value : values)
        total += element_count(graph.value(value).shape) * size_bytes(graph.value(value).dtype);
    return total;
}

bool may_fold(Rewriter& rewriter, const Node& node, std::span<const ValueId> inputs) {
    const Graph& target = rewriter.target();
    if (is_cast_of_constant(target, node, inputs)) return true;
    const bool gives_floats = std::ranges::all_of(
        node.outputs, [&](ValueId output) { return rewriter.source().value(output).dtype == DType::Float32; });
    const bool all_known = std::ranges::all_of(inputs, [&](ValueId input) { return is_constant(target, input); });
    if (inputs.empty() || !all_known || !gives_floats) return false;
    return total_bytes(rewriter.source(), node.outputs) <= total_bytes(target, inputs) + most_growth_bytes;
}

/// The elements live as long as the last graph that has them.
std::shared_ptr<const void> shared_elements(std::vector<float> elements) {
    const auto owner = std::make_shared<const std::vector<float>>(std::move(elements));
    return {owner, owner->data()};
}

void fold(Rewriter& rewriter, const Node& node, std::span<const ValueId> inputs) {
    std::vector<reference::Tensor> tensors;
    for (const ValueId input : inputs) tensors.push_back(reference::constant_tensor(rewriter.target().value(input)));
    std::vector<reference::Tensor> results = reference::evaluate_node(node.operation, tensors);
    for (std::size_t index = 0; index < results.size(); ++index) {
        const ViewSpec spec(DType::Float32, results[index].shape);
        const ValueId folded = rewriter.target().constant(spec, shared_elements(std::move(results[index].elements)),
                                                          rewriter.source().value(node.outputs[index]).name);
        rewriter.replace(node.outputs[index], folded);
    }
}

/// A constant of another shape over the same elements.
void reshape_constant(Rewriter& rewriter, const Node& node, ValueId constant, const Shape& shape) {
    const Value given = rewriter.target().value(constant);
    const std::string& name = rewriter.source().value(node.outputs.front()).name;
    rewriter.replace(node.outputs.front(), rewriter.target().constant(ViewSpec(given.dtype, shape), given.data, name));
}

}  // namespace

Graph fold_constants(const Graph& graph) {
    return rewritten(graph, [](Rewriter& rewriter, NodeId, const Node& node) {
        const std::vector<ValueId> inputs = rewriter.mapped(node.inputs);
        const auto* reshape = std::get_if<Reshape>(&node.operation);
        if (reshape != nullptr && rewriter.target().value(inputs.front()).data != nullptr) {
            return reshape_constant(rewriter, node, inputs.front(), reshape->shape);
        }
        may_fold(rewriter, node, inputs) ? fold(rewriter, node, inputs) : rewriter.copy(node);
    });
}

}  // namespace abut::passes
