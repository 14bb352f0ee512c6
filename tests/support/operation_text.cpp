// SPDX-License-Identifier: Apache-2.0
#include "support/operation_text.hpp"

#include <cctype>
#include <span>

namespace abut::tests {
namespace {

std::string list(const Dims& dims) {
    return braced(std::span(dims.begin(), dims.end()));
}

/// "Function::HardSigmoid" of "hard_sigmoid".
std::string function_text(Function function) {
    if (function == Function::PRelu) return "Function::PRelu";
    std::string text = "Function::";
    bool begins = true;
    for (const char character : to_string(function)) {
        if (character != '_') text += begins ? static_cast<char>(std::toupper(character)) : character;
        begins = character == '_';
    }
    return text;
}

std::string expression_text(const Expression& expression) {
    if (expression == Expression{Bias{}}) return "{Bias{}}";
    if (expression == Expression{Bias{}, Relu{}}) return "{Bias{}, Relu{}}";
    std::string terms;
    for (const auto& term : expression.terms) {
        if (!terms.empty()) terms += ", ";
        terms += fmt::format("{{{}, {}, {}, {}}}", function_text(term.function), braced(term.arguments),
                             float_text(term.alpha), float_text(term.beta));
    }
    return fmt::format("[] {{ Expression e; e.operands = {}; e.terms = {{{}}}; return e; }}()", expression.operands, terms);
}

/// "NAME{.field = value, ...}" of the fields that are not as usual.
class Attributes {
public:
    explicit Attributes(std::string name) : name_(std::move(name)) {}
    template <class Field>
    Attributes& set(std::string_view field, const Field& value, const Field& usual, const std::string& text) {
        if (value != usual) fields_ += fmt::format("{}.{} = {}", fields_.empty() ? "" : ", ", field, text);
        return *this;
    }
    [[nodiscard]] std::string text() const { return fmt::format("{}{{{}}}", name_, fields_); }

private:
    std::string name_;
    std::string fields_;
};

std::string flag(bool value) {
    return value ? "true" : "false";
}

std::string attributes(const Conv2d& conv) {
    const Conv2d usual;
    return Attributes("Conv2d")
        .set("strides", conv.strides, usual.strides, braced(conv.strides))
        .set("pads", conv.pads, usual.pads, braced(conv.pads))
        .set("dilations", conv.dilations, usual.dilations, braced(conv.dilations))
        .set("groups", conv.groups, usual.groups, fmt::format("{}", conv.groups))
        .set("winograd", conv.winograd, usual.winograd, fmt::format("{}", conv.winograd))
        .set("prologue", conv.prologue, usual.prologue, expression_text(conv.prologue))
        .set("epilogue", conv.epilogue, usual.epilogue, expression_text(conv.epilogue))
        .text();
}

std::string attributes(const ConvTranspose2d& conv) {
    const ConvTranspose2d usual;
    return Attributes("ConvTranspose2d")
        .set("strides", conv.strides, usual.strides, braced(conv.strides))
        .set("pads", conv.pads, usual.pads, braced(conv.pads))
        .set("dilations", conv.dilations, usual.dilations, braced(conv.dilations))
        .set("output_padding", conv.output_padding, usual.output_padding, braced(conv.output_padding))
        .set("groups", conv.groups, usual.groups, fmt::format("{}", conv.groups))
        .set("epilogue", conv.epilogue, usual.epilogue, expression_text(conv.epilogue))
        .text();
}

std::string attributes(const Dense& dense) {
    return Attributes("Dense")
        .set("transpose_a", dense.transpose_a, false, "true")
        .set("transpose_b", dense.transpose_b, false, "true")
        .set("epilogue", dense.epilogue, Expression(), expression_text(dense.epilogue))
        .text();
}

std::string attributes(const Elementwise& elementwise) {
    return fmt::format("Elementwise{{{}}}", expression_text(elementwise.expression));
}

std::string attributes(const BatchNorm& norm) {
    return fmt::format("BatchNorm{{{}}}", float_text(norm.epsilon));
}

std::string attributes(const Pool2d& pool) {
    const Pool2d usual;
    return Attributes("Pool2d")
        .set("kind", pool.kind, usual.kind, "PoolKind::Average")
        .set("kernel", pool.kernel, usual.kernel, braced(pool.kernel))
        .set("strides", pool.strides, usual.strides, braced(pool.strides))
        .set("pads", pool.pads, usual.pads, braced(pool.pads))
        .set("dilations", pool.dilations, usual.dilations, braced(pool.dilations))
        .set("ceil_mode", pool.ceil_mode, usual.ceil_mode, "true")
        .set("count_include_pad", pool.count_include_pad, usual.count_include_pad, "true")
        .text();
}

std::string attributes(const Reduce& reduce) {
    return fmt::format("Reduce{{static_cast<ReduceKind>({}), {}, {}}}", static_cast<int>(reduce.kind), braced(reduce.axes),
                       flag(reduce.keep_dims));
}

std::string attributes(const Softmax& softmax) {
    return fmt::format("Softmax{{{}, {}}}", softmax.axis, flag(softmax.log));
}

std::string attributes(const Resize& resize) {
    return fmt::format(
        "Resize{{static_cast<ResizeMode>({}), static_cast<ResizeCoordinates>({}), static_cast<ResizeRounding>({}), {}, {}}}",
        static_cast<int>(resize.mode), static_cast<int>(resize.coordinates), static_cast<int>(resize.rounding),
        list(resize.sizes), braced(resize.scales));
}

std::string attributes(const Pad& pad) {
    return fmt::format("Pad{{static_cast<PadMode>({}), {}, {}, {}}}", static_cast<int>(pad.mode), list(pad.before),
                       list(pad.after), float_text(pad.value));
}

std::string attributes(const Transpose& transpose) {
    return fmt::format("Transpose{{{}}}", list(transpose.permutation));
}

std::string attributes(const Concat& concat) {
    return fmt::format("Concat{{{}}}", concat.axis);
}

std::string attributes(const Split& split) {
    return fmt::format("Split{{{}, {}}}", split.axis, braced(split.sizes));
}

std::string attributes(const Slice& slice) {
    return fmt::format("Slice{{{}, {}, {}}}", list(slice.begin), list(slice.steps), list(slice.sizes));
}

std::string attributes(const Reshape& reshape) {
    return fmt::format("Reshape{{{}}}", list(reshape.shape));
}

std::string attributes(const Copy&) {
    return "Copy{}";
}

std::string attributes(const Cast& cast) {
    return fmt::format("Cast{{DType::{}}}", cast.to == DType::Bool ? "Bool" : "Float32");
}

std::string accepted_texts(const std::vector<AcceptedView>& views) {
    std::vector<std::string> texts;
    for (const auto& [order, row_axes, alignment_bytes] : views)
        texts.push_back(fmt::format("AcceptedView{{{}, {}, {}}}", list(order), row_axes, alignment_bytes));
    return braced(texts);
}

std::string attributes(const Opaque& opaque) {
    std::vector<std::string> outputs;
    for (const ViewSpec& output : opaque.outputs) outputs.push_back(fmt::format("ViewSpec::nchw({})", list(output.shape())));
    return fmt::format("Opaque{{\"{}\", {}, {}, {}, {}, {}, {{{}}}}}", opaque.kind, braced(outputs),
                       accepted_texts(opaque.reads), accepted_texts(opaque.writes), opaque.most_segments, opaque.most_stores,
                       fmt::join(opaque.in_place_inputs, ", "));
}

/// The axis that a slice cuts, if it is one alone and in steps of 1; else -1.
int sliced_axis(const Slice& slice, const Shape& from) {
    int found = -1;
    for (int axis = 0; axis < from.rank(); ++axis) {
        if (slice.steps[axis] != 1) return -1;
        if (slice.sizes[axis] == from[axis]) continue;
        if (found >= 0) return -1;
        found = axis;
    }
    return found;
}

}  // namespace

std::string call_text(const Graph& graph, const Node& node, const std::vector<std::string>& inputs) {
    const auto& operation = node.operation;
    if (const auto* concat = std::get_if<Concat>(&operation))
        return fmt::format("graph.concat({}, {})", braced(inputs), concat->axis);
    if (const auto* split = std::get_if<Split>(&operation))
        return fmt::format("graph.split({}, {}, {})", inputs[0], split->axis, braced(split->sizes));
    if (const auto* reshape = std::get_if<Reshape>(&operation))
        return fmt::format("graph.reshape({}, {})", inputs[0], list(reshape->shape));
    if (const auto* transpose = std::get_if<Transpose>(&operation))
        return fmt::format("graph.transpose({}, {})", inputs[0], list(transpose->permutation));
    if (const auto* slice = std::get_if<Slice>(&operation)) {
        const int axis = sliced_axis(*slice, graph.value(node.inputs[0]).shape);
        if (axis >= 0)
            return fmt::format("graph.slice({}, {}, {}, {})", inputs[0], axis, slice->begin[axis],
                               slice->begin[axis] + slice->sizes[axis]);
    }
    if (const auto* elementwise = std::get_if<Elementwise>(&operation); elementwise && inputs.size() <= 2) {
        const auto& terms = elementwise->expression.terms;
        const bool is_call = terms.size() == 1 && elementwise->expression == Expression::of(terms[0].function);
        if (is_call)
            return fmt::format("graph.apply({}, {}{})", function_text(terms[0].function), inputs[0],
                               inputs.size() == 2 ? ", " + inputs[1] : "");
    }
    const auto text = std::visit([](const auto& known) { return attributes(known); }, operation);
    return fmt::format("graph.append({}, {}){}", text, braced(inputs), node.outputs.size() == 1 ? ".front()" : "");
}

}  // namespace abut::tests
