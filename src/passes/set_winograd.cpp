// SPDX-License-Identifier: Apache-2.0
#include "passes/set_winograd.hpp"

#include "passes/rewriter.hpp"

namespace abut::passes {

Graph set_winograd(const Graph& graph, const WinogradOutputs& outputs) {
    return rewritten(graph, [&](Rewriter& rewriter, NodeId, const Node& node) {
        const auto* conv = std::get_if<Conv2d>(&node.operation);
        if (conv == nullptr || !graph.value(node.inputs[1]).data) return rewriter.copy(node);
        Conv2d chosen = *conv;
        chosen.winograd = outputs(graph, node);
        rewriter.emit(chosen, rewriter.mapped(node.inputs), node.outputs, node.name);
    });
}

}  // namespace abut::passes
