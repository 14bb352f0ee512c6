// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/printable.hpp"
#include "onnx/operator_table.hpp"
#include "onnx/shape_rules.hpp"

namespace abut::onnx {

namespace {

using List = std::vector<std::int64_t>;

void import_concat(NodeImport& node) {
    const int axis = concat_rule(node);
    const auto operands = node.values();
    node.set(operands.size() == 1 ? operands.front() : node.emit(Concat{axis}, operands));
}

void import_split(NodeImport& node) {
    const Split split = split_rule(node);
    if (split.sizes.size() == 1) return node.set(node.value(0));
    const auto parts = node.graph().append(split, {node.value(0)}, node.label());
    for (std::size_t i = 0; i < parts.size(); ++i) node.set(static_cast<int>(i), parts[i]);
}

void import_slice(NodeImport& node) {
    const Slice slice = slice_rule(node);
    const bool forward = std::ranges::all_of(slice.steps, [](auto step) { return step > 0; });
    if (slice.sizes == node.shape(0) && forward) return node.set(node.value(0));
    node.set(node.emit(slice, {node.value(0)}));
}

void import_tile(NodeImport& node) {
    const Dims repeats = tile_rule(node);
    constexpr std::int64_t most = 4096;
    ValueId result = node.value(0);
    for (int axis = 0; axis < repeats.rank(); ++axis) {
        if (repeats[axis] == 1) continue;
        if (repeats[axis] < 1 || repeats[axis] > most)
            node.fail_unsupported("{} repeats along axis {} are unsupported", repeats[axis], axis);
        result = node.emit(Concat{axis}, std::vector<ValueId>(static_cast<std::size_t>(repeats[axis]), result));
    }
    node.set(result);
}

PadMode pad_mode(const std::string& name) {
    if (name == "constant") return PadMode::Constant;
    if (name == "edge") return PadMode::Edge;
    if (name == "wrap") return PadMode::Wrap;
    core::require(name == "reflect", "attribute 'mode' is '{}'; constant, edge, reflect and wrap are known",
                  core::printable(name));
    return PadMode::Reflect;
}

void import_pad(NodeImport& node) {
    const Shape x = node.shape(0);
    auto pads = node.attribute_or_input("pads", 1);
    if (!pads) pads = node.attributes().integers("paddings");  // opset 1
    const List axes = node.integers(3, "axes").value_or([&] {
        List all;
        for (int axis = 0; axis < x.rank(); ++axis) all.push_back(axis);
        return all;
    }());
    core::require(pads && pads->size() == 2 * axes.size(), "{} pads are given for {} axes; two an axis are needed",
                  pads ? pads->size() : 0, axes.size());
    const auto value = node.reals(2, "the constant value").value_or(std::vector<float>{node.attributes().real("value", 0)});
    Pad pad{.mode = pad_mode(node.attributes().text("mode", "constant")),
            .before = Dims::filled(x.rank(), 0),
            .after = Dims::filled(x.rank(), 0),
            .value = value.empty() ? 0 : value.front()};
    for (std::size_t i = 0; i < axes.size(); ++i) {
        const int axis = normalized_axis(axes[i], x.rank());
        pad.before[axis] = (*pads)[i];
        pad.after[axis] = (*pads)[i + axes.size()];
    }
    const bool nothing = std::ranges::all_of(*pads, [](auto count) { return count == 0; });
    node.set(nothing ? node.value(0) : node.emit(pad, {node.value(0)}));
}

constexpr OperatorEntry join_entries[] = {
    {"Concat", import_concat, 0, true},  {"Pad", import_pad, 0b1110},       {"Slice", import_slice, 0b11110, true},
    {"Split", import_split, 0b10, true}, {"Tile", import_tile, 0b10, true},
};

}  // namespace

std::span<const OperatorEntry> join_operators() {
    return join_entries;
}

}  // namespace abut::onnx
