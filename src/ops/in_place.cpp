// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <variant>

#include "ops/op_traits.hpp"

namespace abut::ops {
namespace {

/// The first of the node's inputs that are read element by element for the result: operands of the epilogue, or of the
/// function itself; the number of inputs where there is none.
int first_read_by_element(const Node& node) {
    const auto count = static_cast<int>(node.inputs.size());
    // An expression without terms has one operand as well: what flows through.
    const auto further = [&](const Expression& epilogue) { return count - std::max(epilogue.operands - 1, 0); };
    if (std::holds_alternative<Elementwise>(node.operation)) return 0;
    if (const auto* conv = std::get_if<Conv2d>(&node.operation)) return further(conv->epilogue);
    if (const auto* conv = std::get_if<ConvTranspose2d>(&node.operation)) return further(conv->epilogue);
    if (const auto* dense = std::get_if<Dense>(&node.operation)) return further(dense->epilogue);
    return count;
}

}  // namespace

bool may_write_over(const Graph& graph, const Node& node, int input) {
    const Value& read = graph.value(node.inputs.at(static_cast<std::size_t>(input)));
    const Value& result = graph.value(node.outputs.front());
    if (read.shape != result.shape || read.dtype != result.dtype) return false;
    if (const auto* opaque = std::get_if<Opaque>(&node.operation))
        return std::ranges::find(opaque->in_place_inputs, input) != opaque->in_place_inputs.end();
    return input >= first_read_by_element(node);
}

}  // namespace abut::ops
