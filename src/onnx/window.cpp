// SPDX-License-Identifier: Apache-2.0
#include "onnx/window.hpp"

#include <algorithm>

#include "core/checked.hpp"
#include "core/printable.hpp"

namespace abut::onnx {

namespace {

using List = std::vector<std::int64_t>;

// Bounds every attribute, so that arithmetic on a few of them can't overflow.
constexpr std::int64_t largest = std::int64_t{1} << 31;

List read_list(NodeImport& node, std::string_view name, std::size_t rank, std::int64_t otherwise, std::int64_t smallest) {
    const List list = node.attributes().integers(name).value_or(List(rank, otherwise));
    core::require(list.size() == rank, "attribute '{}' has {} numbers; {} are needed", name, list.size(), rank);
    for (const std::int64_t number : list) {
        core::require(number >= smallest && number < largest, "attribute '{}' has {}, out of range", name, number);
    }
    return list;
}

// The output has ceil(extent / stride) elements; an odd padding is larger after x, or before it for SAME_LOWER.
void pad_same(Window& window, const Shape& x, bool lower) {
    for (std::size_t axis = 0; axis < window.kernel.size(); ++axis) {
        const std::int64_t extent = x[static_cast<int>(axis) + 2];
        const std::int64_t stride = window.strides[axis];
        const std::int64_t reach = (window.kernel[axis] - 1) * window.dilations[axis] + 1;
        const std::int64_t outputs = extent / stride + (extent % stride != 0 ? 1 : 0);
        const std::int64_t total = std::max<std::int64_t>((outputs - 1) * stride + reach - extent, 0);
        window.before[axis] = lower ? total - total / 2 : total / 2;
        window.after[axis] = total - window.before[axis];
    }
}

}  // namespace

Window read_unpadded_window(NodeImport& node, const Shape& x, const List& weights) {
    core::require(x.rank() >= 3, "x must have at least 3 axes (N, C and an extent), but has shape {}", to_string(x));
    const auto rank = static_cast<std::size_t>(x.rank() - 2);
    Window window;
    if (!weights.empty()) {
        core::require(weights.size() == rank, "x has {} spatial axes, the weights have {}", rank, weights.size());
        window.kernel = node.attributes().integers("kernel_shape").value_or(weights);
        core::require(window.kernel == weights, "attribute 'kernel_shape' disagrees with the shape of the weights");
    } else {
        core::require(node.attributes().has("kernel_shape"), "attribute 'kernel_shape' is missing");
        window.kernel = read_list(node, "kernel_shape", rank, 1, 1);
    }
    window.strides = read_list(node, "strides", rank, 1, 1);
    window.dilations = read_list(node, "dilations", rank, 1, 1);
    for (std::size_t axis = 0; axis < rank; ++axis) {
        core::require(core::checked_multiply(window.kernel[axis], window.dilations[axis]) < largest,
                      "the window is too large");
    }
    window.before = window.after = List(rank, 0);
    return window;
}

void read_pads(NodeImport& node, Window& window) {
    const std::size_t rank = window.kernel.size();
    const List pads = read_list(node, "pads", 2 * rank, 0, 0);
    const auto middle = pads.begin() + static_cast<std::ptrdiff_t>(rank);
    window.before.assign(pads.begin(), middle);
    window.after.assign(middle, pads.end());
}

Window read_window(NodeImport& node, const Shape& x, const List& weights) {
    Window window = read_unpadded_window(node, x, weights);
    const std::string automatic = node.attributes().text("auto_pad", "NOTSET");
    if (automatic == "NOTSET") {
        read_pads(node, window);
        return window;
    }
    node.attributes().ignore("pads");
    if (automatic == "VALID") return window;
    const bool same = automatic == "SAME_UPPER" || automatic == "SAME_LOWER";
    core::require(same, "attribute 'auto_pad' is '{}'; NOTSET, VALID, SAME_UPPER and SAME_LOWER are known",
                  core::printable(automatic));
    pad_same(window, x, automatic == "SAME_LOWER");
    return window;
}

Window with_height(const Window& window) {
    Window result = window;
    for (List* list : {&result.kernel, &result.strides, &result.dilations}) list->insert(list->begin(), 1);
    for (List* list : {&result.before, &result.after}) list->insert(list->begin(), 0);
    return result;
}

Shape with_height(const Shape& shape) {
    return {shape[0], shape[1], 1, shape[2]};
}

Shape without_height(const Shape& shape) {
    return {shape[0], shape[1], shape[3]};
}

Pair pair_of(const List& values) {
    return {values[0], values[1]};
}

Pads pads_of(const Window& window) {
    return {window.before[0], window.before[1], window.after[0], window.after[1]};
}

List axes_from(const Shape& shape, int first) {
    return {shape.begin() + first, shape.end()};
}

}  // namespace abut::onnx
