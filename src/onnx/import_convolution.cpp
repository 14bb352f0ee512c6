// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/checked.hpp"
#include "core/printable.hpp"
#include "onnx/convolution3d.hpp"
#include "onnx/operator_table.hpp"
#include "onnx/window.hpp"

namespace abut::onnx {

namespace {

using List = std::vector<std::int64_t>;

// x and weights {.., .., extents} as images, and the convolution of them with input 2 as bias.
template <typename Convolution>
ValueId emit_convolution(NodeImport& node, Convolution convolution, std::int64_t channels) {
    const bool flat = node.shape(0).rank() == 3;
    std::vector<ValueId> inputs{node.value(0), node.value(1)};
    for (ValueId& input : inputs) {
        if (flat) input = node.reshape(input, with_height(node.shape_of(input)));
    }
    if (node.has_input(2)) {
        inputs.push_back(image_bias(node, channels));
        convolution.epilogue = {Bias{}};
    }
    const ValueId output = node.emit(std::move(convolution), std::move(inputs));
    return flat ? node.reshape(output, without_height(node.shape_of(output))) : output;
}

void require_same_rank(const Shape& x, const Shape& weights) {
    core::require(x.rank() == weights.rank() && x.rank() >= 3,
                  "x has shape {} and the weights {}; both need N, C and as many extents", to_string(x), to_string(weights));
}

void import_conv(NodeImport& node) {
    const Shape x = node.shape(0);
    const Shape weights = node.shape(1);
    require_same_rank(x, weights);
    const std::int64_t groups = node.attributes().integer("group", 1);
    Window window = read_window(node, x, axes_from(weights, 2));
    if (window.rank() == 3) return node.set(convolve3d(node, window, groups));
    if (window.rank() > 3) node.fail_unsupported("a convolution over {} axes is unsupported", window.rank());
    if (window.rank() == 1) window = with_height(window);
    const Conv2d conv{.strides = pair_of(window.strides),
                      .pads = pads_of(window),
                      .dilations = pair_of(window.dilations),
                      .groups = groups};
    node.set(emit_convolution(node, conv, weights[0]));
}

// The output's extents by the attributes output_shape and auto_pad; nothing where pads give them.
std::optional<List> wanted_extents(NodeImport& node, const std::string& automatic, const Shape& x, const Window& window) {
    auto wanted = node.attributes().integers("output_shape");
    const bool same = automatic == "SAME_UPPER" || automatic == "SAME_LOWER";
    const bool known = same || automatic == "NOTSET" || automatic == "VALID";
    core::require(known, "attribute 'auto_pad' is '{}'; NOTSET, VALID, SAME_UPPER and SAME_LOWER are known",
                  core::printable(automatic));
    if (!wanted && same) {
        wanted = axes_from(x, 2);
        for (std::size_t axis = 0; axis < wanted->size(); ++axis) {
            (*wanted)[axis] = core::checked_multiply((*wanted)[axis], window.strides[axis]);
        }
    }
    if (!wanted) return wanted;
    if (std::cmp_equal(wanted->size(), x.rank())) wanted->erase(wanted->begin(), wanted->begin() + 2);  // with N and C
    core::require(wanted->size() == window.kernel.size(), "attribute 'output_shape' has {} extents; {} are needed",
                  wanted->size(), window.kernel.size());
    return wanted;
}

// What is too much of the whole output is cut off as padding, what is missing is added behind.
void fit(const List& wanted, const Shape& x, bool more_behind, Window& window, List& added) {
    for (std::size_t axis = 0; axis < wanted.size(); ++axis) {
        core::require(wanted[axis] >= 1, "attribute 'output_shape' has {}; extents start at 1", wanted[axis]);
        const std::int64_t reach = (window.kernel[axis] - 1) * window.dilations[axis] + 1;
        const std::int64_t starts = core::checked_multiply(window.strides[axis], x[static_cast<int>(axis) + 2] - 1);
        const std::int64_t whole = core::checked_add(core::checked_add(starts, added[axis]), reach);
        const std::int64_t total = std::max<std::int64_t>(core::checked_subtract(whole, wanted[axis]), 0);
        added[axis] += std::max<std::int64_t>(wanted[axis] - whole, 0);
        window.before[axis] = more_behind ? total / 2 : total - total / 2;
        window.after[axis] = total - window.before[axis];
    }
}

void import_conv_transpose(NodeImport& node) {
    const Shape x = node.shape(0);
    const Shape weights = node.shape(1);
    require_same_rank(x, weights);
    const std::int64_t groups = node.attributes().integer("group", 1);
    Window window = read_unpadded_window(node, x, axes_from(weights, 2));
    if (window.rank() > 2) node.fail_unsupported("a transposed convolution over {} axes is unsupported", window.rank());
    List added = node.attributes().integers("output_padding").value_or(List(window.kernel.size(), 0));
    core::require(added.size() == window.kernel.size() &&
                      std::ranges::all_of(added, [](auto pad) { return pad >= 0 && pad < 1 << 30; }),
                  "attribute 'output_padding' must have {} numbers of 0 and more", window.kernel.size());
    const std::string automatic = node.attributes().text("auto_pad", "NOTSET");
    const auto wanted = wanted_extents(node, automatic, x, window);
    if (wanted) {
        node.attributes().ignore("pads");
        fit(*wanted, x, automatic == "SAME_UPPER", window, added);
    } else {
        read_pads(node, window);
    }
    if (window.rank() == 1) {
        window = with_height(window);
        added.insert(added.begin(), 0);
    }
    const ConvTranspose2d conv{.strides = pair_of(window.strides),
                               .pads = pads_of(window),
                               .dilations = pair_of(window.dilations),
                               .output_padding = pair_of(added),
                               .groups = groups};
    node.set(emit_convolution(node, conv, core::checked_multiply(weights[1], groups)));
}

constexpr OperatorEntry convolution_entries[] = {
    {"Conv", import_conv},
    {"ConvTranspose", import_conv_transpose},
};

}  // namespace

ValueId image_bias(NodeImport& node, std::int64_t channels) {
    const ValueId bias = node.value(2);
    core::require(node.shape_of(bias) == Shape{channels},
                  "the bias has shape {}; one value for each of {} output channels is needed",
                  to_string(node.shape_of(bias)), channels);
    return node.reshape(bias, {1, channels, 1, 1});
}

std::span<const OperatorEntry> convolution_operators() {
    return convolution_entries;
}

}  // namespace abut::onnx
