// SPDX-License-Identifier: Apache-2.0
#include "core/checked.hpp"
#include "onnx/operator_table.hpp"
#include "onnx/shape_rules.hpp"

namespace abut::onnx {

namespace {

template <Shape (*rule)(NodeImport&)>
void import_reshape(NodeImport& node) {
    node.attributes().ignore("consumed_inputs");
    const Shape shape = rule(node);
    node.set(node.reshape(node.value(0), shape));
}

// A product with ones repeats what is broadcast; the ones have an extent only where x has none.
void import_expand(NodeImport& node) {
    const Shape x = node.shape(0);
    const Shape shape = expand_rule(node);
    if (shape == x) return node.set(node.value(0));
    Shape ones = shape;
    for (int back = 1; back <= x.rank(); ++back) {
        if (x[x.rank() - back] != 1) ones[shape.rank() - back] = 1;
    }
    node.set(node.apply(Function::Multiply, node.value(0), node.constant(ones, 1)));
}

void import_transpose(NodeImport& node) {
    const Dims permutation = transpose_rule(node);
    if (permutation.rank() == 0) return node.set(node.value(0));
    node.set(node.emit(Transpose{permutation}, {node.value(0)}));
}

struct Blocks {
    std::int64_t size = 1;
    bool column_first = false;  ///< CRD: the block's elements stand behind the channels
};

Blocks read_blocks(NodeImport& node) {
    const Blocks blocks{.size = node.attributes().integer("blocksize", 0),
                        .column_first = node.attributes().text("mode", "DCR") == "CRD"};
    core::require(blocks.size >= 1 && blocks.size < 1 << 15, "attribute 'blocksize' is {}; 1 and more are known",
                  blocks.size);
    core::require(node.shape(0).rank() == 4, "x must have 4 axes (N, C, H, W), but has shape {}", to_string(node.shape(0)));
    return blocks;
}

void import_depth_to_space(NodeImport& node) {
    const auto [block, column_first] = read_blocks(node);
    const Shape x = node.shape(0);
    core::require(x[1] % (block * block) == 0, "{} channels do not divide into blocks of {} by {}", x[1], block, block);
    const std::int64_t channels = x[1] / (block * block);
    const Shape split =
        column_first ? Shape{x[0], channels, block, block, x[2], x[3]} : Shape{x[0], block, block, channels, x[2], x[3]};
    const Dims order = column_first ? Dims{0, 1, 4, 2, 5, 3} : Dims{0, 3, 4, 1, 5, 2};
    const ValueId shuffled = node.emit(Transpose{order}, {node.reshape(node.value(0), split)});
    node.set(
        node.reshape(shuffled, {x[0], channels, core::checked_multiply(x[2], block), core::checked_multiply(x[3], block)}));
}

void import_space_to_depth(NodeImport& node) {
    const auto [block, column_first] = read_blocks(node);
    const Shape x = node.shape(0);
    core::require(x[2] % block == 0 && x[3] % block == 0, "{} does not divide into blocks of {} by {}", to_string(x), block,
                  block);
    const ValueId split = node.reshape(node.value(0), {x[0], x[1], x[2] / block, block, x[3] / block, block});
    const Dims order = column_first ? Dims{0, 1, 3, 5, 2, 4} : Dims{0, 3, 5, 1, 2, 4};
    const ValueId shuffled = node.emit(Transpose{order}, {split});
    node.set(node.reshape(shuffled, {x[0], core::checked_multiply(x[1], block * block), x[2] / block, x[3] / block}));
}

constexpr OperatorEntry shape_entries[] = {
    {"DepthToSpace", import_depth_to_space},
    {"Expand", import_expand, 0b10, true},
    {"Flatten", import_reshape<flatten_rule>, 0, true},
    {"Reshape", import_reshape<reshape_rule>, 0b10, true},
    {"SpaceToDepth", import_space_to_depth},
    {"Squeeze", import_reshape<squeeze_rule>, 0b10, true},
    {"Transpose", import_transpose, 0, true},
    {"Unsqueeze", import_reshape<unsqueeze_rule>, 0b10, true},
};

}  // namespace

std::span<const OperatorEntry> shape_operators() {
    return shape_entries;
}

}  // namespace abut::onnx
