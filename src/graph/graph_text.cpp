// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "abut/graph.hpp"

namespace abut::inline v0 {

namespace {

std::string typed(const Value& value) {
    if (value.dtype == DType::Float32) return fmt::format("{} {}", value.name, to_string(value.shape));
    return fmt::format("{} {} {}", value.name, to_string(value.dtype), to_string(value.shape));
}

/// "; relu(x0 + x1)" for what is fused into an operation, nothing for the identity.
std::string fused(std::string_view what, const Expression& expression) {
    return expression.is_identity() ? "" : fmt::format("; {}{}", what, to_string(expression));
}

// What can't be read from the shapes of inputs and outputs alone.
template <typename Attributes>
std::string described(const Attributes&) {
    return "";
}

std::string described(const Conv2d& conv) {
    return fmt::format("; strides {} pads {} dilations {} groups {}{}{}{}{}", fmt::join(conv.strides, "x"),
                       fmt::join(conv.pads, ","), fmt::join(conv.dilations, "x"), conv.groups,
                       conv.parts.empty() ? "" : fmt::format(" parts {}", fmt::join(conv.parts, ",")),
                       conv.winograd == 0 ? "" : fmt::format(" winograd {}", conv.winograd),
                       fused("prologue ", conv.prologue), fused("epilogue ", conv.epilogue));
}

std::string described(const ConvTranspose2d& conv) {
    return fmt::format("; strides {} pads {} dilations {} groups {}{}", fmt::join(conv.strides, "x"),
                       fmt::join(conv.pads, ","), fmt::join(conv.dilations, "x"), conv.groups,
                       fused("epilogue ", conv.epilogue));
}

std::string described(const Dense& dense) {
    return fmt::format("{}{}{}", dense.transpose_a ? "; a transposed" : "", dense.transpose_b ? "; b transposed" : "",
                       fused("epilogue ", dense.epilogue));
}

std::string described(const Elementwise& elementwise) {
    return fused("", elementwise.expression);
}

std::string described(const Pool2d& pool) {
    return fmt::format("; {} of {} strides {} pads {}", pool.kind == PoolKind::Max ? "maximum" : "average",
                       fmt::join(pool.kernel, "x"), fmt::join(pool.strides, "x"), fmt::join(pool.pads, ","));
}

std::string described(const Reduce& reduce) {
    return fmt::format("; axes {}", fmt::join(reduce.axes, ","));
}

std::string described(const Softmax& softmax) {
    return fmt::format("; axis {}{}", softmax.axis, softmax.log ? " log" : "");
}

std::string described(const Transpose& transpose) {
    return fmt::format("; permutation {}", fmt::join(transpose.permutation, ","));
}

std::string described(const Concat& concat) {
    return fmt::format("; axis {}", concat.axis);
}

std::string described(const Split& split) {
    return fmt::format("; axis {}", split.axis);
}

std::string described(const Slice& slice) {
    return fmt::format("; begin {} steps {}", fmt::join(slice.begin, ","), fmt::join(slice.steps, ","));
}

std::string described(const Pad& pad) {
    return fmt::format("; before {} after {}", fmt::join(pad.before, ","), fmt::join(pad.after, ","));
}

std::string described(const Cast& cast) {
    return fmt::format("; to {}", to_string(cast.to));
}

std::string described(const Opaque& opaque) {
    return fmt::format("; {}", opaque.kind);
}

std::string line_of(const Graph& graph, const Node& node) {
    std::vector<std::string> inputs;
    std::vector<std::string> outputs;
    for (const ValueId id : node.inputs) inputs.push_back(graph.value(id).name);
    for (const ValueId id : node.outputs) outputs.push_back(typed(graph.value(id)));
    const std::string attributes = std::visit([](const auto& operation) { return described(operation); }, node.operation);
    return fmt::format("{} = {}({}{})\n", fmt::join(outputs, ", "), name_of(node.operation), fmt::join(inputs, ", "),
                       attributes);
}

}  // namespace

std::string to_string(const Graph& graph) {
    std::string text = fmt::format("graph {}\n", graph.name());
    for (const Port& port : graph.inputs()) text += fmt::format("input {}\n", typed(graph.value(port.value)));
    for (const Node& node : graph.nodes()) text += line_of(graph, node);
    for (const Port& port : graph.outputs())
        text += fmt::format("output {} = {}\n", port.name, graph.value(port.value).name);
    return text;
}

}  // namespace abut::inline v0
