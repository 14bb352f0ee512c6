// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "core/checked.hpp"
#include "onnx/operator_table.hpp"
#include "onnx/window.hpp"

namespace abut::onnx {

namespace {

struct Pooling {
    PoolKind kind = PoolKind::Max;
    bool ceil_mode = false;
    bool count_include_pad = false;
};

Pool2d over_image(const Pooling& pooling, const Window& window) {
    return {.kind = pooling.kind,
            .kernel = pair_of(window.kernel),
            .strides = pair_of(window.strides),
            .pads = pads_of(window),
            .dilations = pair_of(window.dilations),
            .ceil_mode = pooling.ceil_mode,
            .count_include_pad = pooling.count_include_pad};
}

// `axes` of the window as two spatial axes; an axis of -1 has a window of one element.
Window part_of(const Window& window, int first, int second) {
    Window part;
    for (const int axis : {first, second}) {
        const auto index = static_cast<std::size_t>(std::max(axis, 0));
        part.kernel.push_back(axis < 0 ? 1 : window.kernel[index]);
        part.strides.push_back(axis < 0 ? 1 : window.strides[index]);
        part.dilations.push_back(axis < 0 ? 1 : window.dilations[index]);
        part.before.push_back(axis < 0 ? 0 : window.before[index]);
        part.after.push_back(axis < 0 ? 0 : window.after[index]);
    }
    return part;
}

// Windows over three axes are separable: a maximum of maxima, and a mean whose count is a product over the axes.
ValueId pool3d(NodeImport& node, const Pooling& pooling, const Window& window, ValueId x) {
    const Shape from = node.shape_of(x);
    const std::int64_t planes = core::checked_multiply(from[1], from[2]);
    const ValueId flat =
        node.emit(over_image(pooling, part_of(window, 1, 2)), {node.reshape(x, {from[0], planes, from[3], from[4]})});
    const Shape image = node.shape_of(flat);
    const std::int64_t pixels = core::checked_multiply(image[2], image[3]);
    const ValueId deep =
        node.emit(over_image(pooling, part_of(window, 0, -1)), {node.reshape(flat, {from[0], from[1], from[2], pixels})});
    return node.reshape(deep, {from[0], from[1], node.shape_of(deep)[2], image[2], image[3]});
}

ValueId pool(NodeImport& node, const Pooling& pooling, const Window& window, ValueId x) {
    if (window.rank() == 3) return pool3d(node, pooling, window, x);
    if (window.rank() > 3) node.fail_unsupported("pooling over {} axes is unsupported", window.rank());
    if (window.rank() == 2) return node.emit(over_image(pooling, window), {x});
    const ValueId image = node.reshape(x, with_height(node.shape_of(x)));
    const ValueId result = node.emit(over_image(pooling, with_height(window)), {image});
    return node.reshape(result, without_height(node.shape_of(result)));
}

void import_max_pool(NodeImport& node) {
    node.require_unused_outputs(1);
    node.attributes().ignore("storage_order");  // of the second output
    const Pooling pooling{.kind = PoolKind::Max, .ceil_mode = node.attributes().flag("ceil_mode", false)};
    node.set(pool(node, pooling, read_window(node, node.shape(0), {}), node.value(0)));
}

void import_average_pool(NodeImport& node) {
    const Pooling pooling{.kind = PoolKind::Average,
                          .ceil_mode = node.attributes().flag("ceil_mode", false),
                          .count_include_pad = node.attributes().flag("count_include_pad", false)};
    node.set(pool(node, pooling, read_window(node, node.shape(0), {}), node.value(0)));
}

// (sum |x|^p)^(1/p): the sum is a mean over the padded window, times its size.
void import_lp_pool(NodeImport& node) {
    const auto p = static_cast<float>(node.attributes().integer("p", 2));
    core::require(p >= 1, "attribute 'p' is {}; 1 and more are known", p);
    if (node.attributes().flag("ceil_mode", false)) node.fail_unsupported("attribute 'ceil_mode' is unsupported here");
    const Window window = read_window(node, node.shape(0), {});
    float count = 1;
    for (const std::int64_t extent : window.kernel) count *= static_cast<float>(extent);
    const ValueId magnitude = node.apply(Function::Abs, node.value(0));
    const ValueId power = node.apply(Function::Power, magnitude, node.constant({}, p));
    const ValueId mean = pool(node, {.kind = PoolKind::Average, .count_include_pad = true}, window, power);
    const ValueId sum = node.apply(Function::MultiplyOne, mean, count, 0);
    node.set(node.apply(Function::Power, sum, node.constant({}, 1 / p)));
}

void import_global(NodeImport& node) {
    const std::string& name = node.operator_name();
    const Shape& x = node.shape(0);
    core::require(x.rank() >= 3, "x must have at least 3 axes (N, C and an extent), but has shape {}", to_string(x));
    Reduce reduce;
    reduce.kind = name == "GlobalMaxPool" ? ReduceKind::Max : ReduceKind::Mean;
    if (name == "GlobalLpPool") {
        const std::int64_t p = node.attributes().integer("p", 2);
        if (p != 1 && p != 2) node.fail_unsupported("attribute 'p' of {} is unsupported; give 1 or 2", p);
        reduce.kind = p == 1 ? ReduceKind::L1 : ReduceKind::L2;
    }
    for (int axis = 2; axis < x.rank(); ++axis) reduce.axes.push_back(axis);
    node.set(node.emit(reduce, {node.value(0)}));
}

constexpr OperatorEntry pool_entries[] = {
    {"AveragePool", import_average_pool}, {"GlobalAveragePool", import_global}, {"GlobalLpPool", import_global},
    {"GlobalMaxPool", import_global},     {"LpPool", import_lp_pool},           {"MaxPool", import_max_pool},
};

}  // namespace

std::span<const OperatorEntry> pool_operators() {
    return pool_entries;
}

}  // namespace abut::onnx
