// SPDX-License-Identifier: Apache-2.0
#include "onnx/operator_table.hpp"
#include "onnx/proto.hpp"

namespace abut::onnx {

namespace {

/// Nothing runs a part of a graph at one time and not at another: a condition must be known while the graph is built.
bool known_condition(NodeImport& node) {
    const HostTensor* condition = node.constant(0, "a condition");
    core::require(condition != nullptr, "input 0, the condition, is missing");
    core::require(condition->dtype == DType::Bool && element_count(condition->shape) == 1,
                  "the condition must be one bool, but is {} of shape {}", to_string(condition->dtype),
                  to_string(condition->shape));
    return converted<std::int64_t>(*condition).front() != 0;
}

/// The nodes of the branch that the condition chooses become nodes of the graph; the other branch is left out.
void import_if(NodeImport& node) {
    const char* const chosen = known_condition(node) ? "then_branch" : "else_branch";
    node.attributes().ignore("then_branch");
    node.attributes().ignore("else_branch");
    const proto::GraphProto* given = node.attributes().graph(chosen);
    core::require(given != nullptr, "attribute '{}' is missing", chosen);
    core::require(given->input().empty(), "attribute '{}' is a graph with inputs", chosen);
    core::require(given->output_size() == node.output_count(),
                  "attribute '{}' is a graph of {} outputs, but the node has {}", chosen, given->output_size(),
                  node.output_count());
    node.set_from(*given);
}

constexpr OperatorEntry entries[] = {
    {"If", import_if, 0b1},
};

}  // namespace

std::span<const OperatorEntry> control_operators() {
    return entries;
}

}  // namespace abut::onnx
