// SPDX-License-Identifier: Apache-2.0
#include "onnx/export_operations.hpp"

#include <algorithm>
#include <cmath>

#include "core/fail.hpp"

namespace abut::onnx {

namespace {

using List = std::vector<std::int64_t>;

List list_of(const Dims& dims) {
    return {dims.begin(), dims.end()};
}

proto::NodeProto& unary(ExportWriter& writer, const Node& node, std::string_view name) {
    return writer.node(name, {writer.name_of(node.inputs[0])}, writer.name_of(node.outputs[0]));
}

std::string_view reduce_name(ReduceKind kind) {
    switch (kind) {
        case ReduceKind::Sum:
            return "ReduceSum";
        case ReduceKind::Mean:
            return "ReduceMean";
        case ReduceKind::Max:
            return "ReduceMax";
        case ReduceKind::Min:
            return "ReduceMin";
        case ReduceKind::Product:
            return "ReduceProd";
        case ReduceKind::SumSquare:
            return "ReduceSumSquare";
        case ReduceKind::L1:
            return "ReduceL1";
        case ReduceKind::L2:
            return "ReduceL2";
        case ReduceKind::LogSum:
            return "ReduceLogSum";
        case ReduceKind::LogSumExp:
            return "ReduceLogSumExp";
    }
    return "";
}

std::string_view coordinates_name(ResizeCoordinates coordinates) {
    switch (coordinates) {
        case ResizeCoordinates::HalfPixel:
            return "half_pixel";
        case ResizeCoordinates::HalfPixelSymmetric:
            return "half_pixel_symmetric";
        case ResizeCoordinates::PytorchHalfPixel:
            return "pytorch_half_pixel";
        case ResizeCoordinates::AlignCorners:
            return "align_corners";
        case ResizeCoordinates::Asymmetric:
            return "asymmetric";
    }
    return "";
}

std::string_view rounding_name(ResizeRounding rounding) {
    switch (rounding) {
        case ResizeRounding::PreferFloor:
            return "round_prefer_floor";
        case ResizeRounding::PreferCeil:
            return "round_prefer_ceil";
        case ResizeRounding::Floor:
            return "floor";
        case ResizeRounding::Ceil:
            return "ceil";
    }
    return "";
}

std::string_view pad_name(PadMode mode) {
    switch (mode) {
        case PadMode::Constant:
            return "constant";
        case PadMode::Edge:
            return "edge";
        case PadMode::Reflect:
            return "reflect";
        case PadMode::Wrap:
            return "wrap";
    }
    return "";
}

// Whether every size is what ONNX computes from the scale.
bool scales_give_sizes(const Resize& resize, const Shape& x) {
    for (int axis = 0; axis < x.rank(); ++axis) {
        const double size =
            std::floor(static_cast<double>(x[axis]) * static_cast<double>(resize.scales[static_cast<std::size_t>(axis)]));
        if (size != static_cast<double>(resize.sizes[axis])) return false;
    }
    return true;
}

bool sizes_give_scales(const Resize& resize, const Shape& x) {
    for (int axis = 0; axis < x.rank(); ++axis) {
        const double scale = static_cast<double>(resize.sizes[axis]) / static_cast<double>(x[axis]);
        if (static_cast<float>(scale) != resize.scales[static_cast<std::size_t>(axis)]) return false;
    }
    return true;
}

}  // namespace

OpsetVersion needed_opset(const Operation& operation) {
    constexpr OpsetVersion lowest = 13;
    constexpr OpsetVersion with_all = 19;
    if (const auto* pool = std::get_if<Pool2d>(&operation)) {
        return pool->kind == PoolKind::Average && pool->dilations != Pair{1, 1} ? with_all : lowest;
    }
    if (const auto* resize = std::get_if<Resize>(&operation)) {
        return resize->coordinates == ResizeCoordinates::HalfPixelSymmetric ? with_all : lowest;
    }
    if (const auto* pad = std::get_if<Pad>(&operation)) return pad->mode == PadMode::Wrap ? with_all : lowest;
    const auto* reshape = std::get_if<Reshape>(&operation);
    return reshape != nullptr && std::ranges::count(reshape->shape, 0) > 0 ? 14 : lowest;
}

void export_operation(ExportWriter& writer, const Node& node, const BatchNorm& norm) {
    std::vector<std::string> inputs;
    for (const ValueId input : node.inputs) inputs.push_back(writer.name_of(input));
    set_float(writer.node("BatchNormalization", inputs, writer.name_of(node.outputs[0])), "epsilon", norm.epsilon);
}

void export_operation(ExportWriter& writer, const Node& node, const Pool2d& pool) {
    const bool average = pool.kind == PoolKind::Average;
    auto& proto = unary(writer, node, average ? "AveragePool" : "MaxPool");
    set_integers(proto, "kernel_shape", pool.kernel);
    set_integers(proto, "strides", pool.strides);
    set_integers(proto, "pads", pool.pads);
    set_integer(proto, "ceil_mode", pool.ceil_mode ? 1 : 0);
    if (average) set_integer(proto, "count_include_pad", pool.count_include_pad ? 1 : 0);
    if (!average || pool.dilations != Pair{1, 1}) set_integers(proto, "dilations", pool.dilations);
}

// Axes are an input of ReduceSum since opset 13, of the others since 18.
void export_operation(ExportWriter& writer, const Node& node, const Reduce& reduce) {
    const List axes(reduce.axes.begin(), reduce.axes.end());
    const std::string& output = writer.name_of(node.outputs[0]);
    std::vector<std::string> inputs{writer.name_of(node.inputs[0])};
    const bool as_input = reduce.kind == ReduceKind::Sum || writer.opset() >= 18;
    if (as_input) inputs.push_back(writer.integers(axes, output + "/axes"));
    auto& proto = writer.node(reduce_name(reduce.kind), inputs, output);
    if (!as_input) set_integers(proto, "axes", axes);
    set_integer(proto, "keepdims", reduce.keep_dims ? 1 : 0);
}

void export_operation(ExportWriter& writer, const Node& node, const Softmax& softmax) {
    set_integer(unary(writer, node, softmax.log ? "LogSoftmax" : "Softmax"), "axis", softmax.axis);
}

void export_operation(ExportWriter& writer, const Node& node, const Resize& resize) {
    const std::string& output = writer.name_of(node.outputs[0]);
    const Shape& x = writer.shape_of(node.inputs[0]);
    std::vector<std::string> inputs{writer.name_of(node.inputs[0]), ""};
    if (scales_give_sizes(resize, x)) {
        inputs.push_back(writer.floats(resize.scales, output + "/scales"));
    } else if (sizes_give_scales(resize, x)) {
        inputs.emplace_back("");
        inputs.push_back(writer.integers(list_of(resize.sizes), output + "/sizes"));
    } else {
        core::fail(ErrorCode::Unsupported,
                   "node '{}': a resize whose sizes and scales disagree is unsupported in ONNX files", node.name);
    }
    auto& proto = writer.node("Resize", inputs, output);
    set_text(proto, "mode", resize.mode == ResizeMode::Linear ? "linear" : "nearest");
    set_text(proto, "coordinate_transformation_mode", coordinates_name(resize.coordinates));
    if (resize.mode == ResizeMode::Nearest) set_text(proto, "nearest_mode", rounding_name(resize.rounding));
}

void export_operation(ExportWriter& writer, const Node& node, const Pad& pad) {
    const std::string& output = writer.name_of(node.outputs[0]);
    List pads = list_of(pad.before);
    pads.insert(pads.end(), pad.after.begin(), pad.after.end());
    std::vector<std::string> inputs{writer.name_of(node.inputs[0]), writer.integers(pads, output + "/pads")};
    if (pad.mode == PadMode::Constant) inputs.push_back(writer.scalar(pad.value, output + "/value"));
    set_text(writer.node("Pad", inputs, output), "mode", pad_name(pad.mode));
}

void export_operation(ExportWriter& writer, const Node& node, const Transpose& transpose) {
    set_integers(unary(writer, node, "Transpose"), "perm", list_of(transpose.permutation));
}

void export_operation(ExportWriter& writer, const Node& node, const Concat& concat) {
    std::vector<std::string> inputs;
    for (const ValueId input : node.inputs) inputs.push_back(writer.name_of(input));
    set_integer(writer.node("Concat", inputs, writer.name_of(node.outputs[0])), "axis", concat.axis);
}

void export_operation(ExportWriter& writer, const Node& node, const Split& split) {
    export_split(writer, writer.name_of(node.inputs[0]), split, node.outputs);
}

void export_split(ExportWriter& writer, const std::string& x, const Split& split, std::span<const ValueId> outputs) {
    const std::string& first = writer.name_of(outputs[0]);
    const std::string sizes = writer.integers(split.sizes, first + "/split");
    auto& proto = writer.node("Split", {x, sizes}, first);
    for (const ValueId output : outputs.subspan(1)) writer.add_output(proto, writer.name_of(output));
    set_integer(proto, "axis", split.axis);
}

void export_operation(ExportWriter& writer, const Node& node, const Slice& slice) {
    const std::string& output = writer.name_of(node.outputs[0]);
    const Shape& x = writer.shape_of(node.inputs[0]);
    List axes;
    List ends;
    for (int axis = 0; axis < x.rank(); ++axis) {
        const std::int64_t end = slice.begin[axis] + slice.sizes[axis] * slice.steps[axis];
        axes.push_back(axis);
        ends.push_back(end < 0 ? -x[axis] - 1 : end);  // before element 0, where -1 would mean the last
    }
    writer.node("Slice",
                {writer.name_of(node.inputs[0]), writer.integers(list_of(slice.begin), output + "/starts"),
                 writer.integers(ends, output + "/ends"), writer.integers(axes, output + "/axes"),
                 writer.integers(list_of(slice.steps), output + "/steps")},
                output);
}

void export_operation(ExportWriter& writer, const Node& node, const Reshape& reshape) {
    const std::string& output = writer.name_of(node.outputs[0]);
    auto& proto = writer.node(
        "Reshape", {writer.name_of(node.inputs[0]), writer.integers(list_of(reshape.shape), output + "/shape")}, output);
    if (std::ranges::count(reshape.shape, 0) > 0) set_integer(proto, "allowzero", 1);
}

void export_operation(ExportWriter& writer, const Node& node, const Copy&) {
    unary(writer, node, "Identity");
}

void export_operation(ExportWriter& writer, const Node& node, const Cast& cast) {
    const std::string& x = writer.name_of(node.inputs[0]);
    const std::string& output = writer.name_of(node.outputs[0]);
    if (cast.to == DType::Float32) return writer.cast_truth(x, output);
    writer.node("Identity", {writer.truth_of(x)}, output);
}

[[noreturn]] void export_operation(ExportWriter&, const Node& node, const Opaque& opaque) {
    core::fail(ErrorCode::Unsupported, "node \"{}\" ({}) is opaque: unsupported in an ONNX model", node.name, opaque.kind);
}

void export_node(ExportWriter& writer, const Node& node) {
    std::visit([&](const auto& operation) { export_operation(writer, node, operation); }, node.operation);
}

}  // namespace abut::onnx
