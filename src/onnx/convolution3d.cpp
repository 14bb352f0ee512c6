// SPDX-License-Identifier: Apache-2.0
#include "onnx/convolution3d.hpp"

#include "core/checked.hpp"

namespace abut::onnx {

namespace {

constexpr int depth_axis = 2;

ValueId pad_depth(NodeImport& node, ValueId x, const Window& window) {
    if (window.before[0] == 0 && window.after[0] == 0) return x;
    Pad pad{.before = Dims::filled(5, 0), .after = Dims::filled(5, 0)};
    pad.before[depth_axis] = window.before[0];
    pad.after[depth_axis] = window.after[0];
    return node.emit(pad, {x});
}

// {N, C, taps, positions, H, W}: what each tap along the depth sees at each position of the window.
ValueId taps_along_depth(NodeImport& node, ValueId x, const Window& window) {
    const Shape from = node.shape_of(x);
    const std::int64_t room = from[depth_axis] - ((window.kernel[0] - 1) * window.dilations[0] + 1);
    core::require(room >= 0, "the window is deeper than the padded depth {}", from[depth_axis]);
    const std::int64_t positions = room / window.strides[0] + 1;
    std::vector<ValueId> taps;
    for (std::int64_t tap = 0; tap < window.kernel[0]; ++tap) {
        Slice slice{.begin = Dims::filled(5, 0), .steps = Dims::filled(5, 1), .sizes = from};
        slice.begin[depth_axis] = tap * window.dilations[0];
        slice.steps[depth_axis] = window.strides[0];
        slice.sizes[depth_axis] = positions;
        const ValueId seen = node.emit(slice, {x});
        taps.push_back(node.reshape(seen, {from[0], from[1], 1, positions, from[3], from[4]}));
    }
    return taps.size() == 1 ? taps.front() : node.emit(Concat{depth_axis}, taps);
}

}  // namespace

ValueId convolve3d(NodeImport& node, const Window& window, std::int64_t groups) {
    const Shape weights = node.shape(1);
    const ValueId taps = taps_along_depth(node, pad_depth(node, node.value(0), window), window);
    const Shape seen = node.shape_of(taps);
    const ValueId by_position = node.emit(Transpose{{0, 3, 1, 2, 4, 5}}, {taps});
    const std::int64_t images = core::checked_multiply(seen[0], seen[3]);
    const std::int64_t channels = core::checked_multiply(seen[1], seen[2]);
    const ValueId x = node.reshape(by_position, {images, channels, seen[4], seen[5]});
    const std::int64_t group_channels = core::checked_multiply(weights[1], weights[2]);
    const ValueId w = node.reshape(node.value(1), {weights[0], group_channels, weights[3], weights[4]});
    Conv2d conv{.strides = {window.strides[1], window.strides[2]},
                .pads = {window.before[1], window.before[2], window.after[1], window.after[2]},
                .dilations = {window.dilations[1], window.dilations[2]},
                .groups = groups};
    std::vector<ValueId> inputs{x, w};
    if (node.has_input(2)) {
        conv.epilogue = {Bias{}};
        inputs.push_back(image_bias(node, weights[0]));
    }
    const ValueId result = node.emit(std::move(conv), std::move(inputs));
    const Shape image = node.shape_of(result);
    const ValueId split = node.reshape(result, {seen[0], seen[3], image[1], image[2], image[3]});
    return node.emit(Transpose{{0, 2, 1, 3, 4}}, {split});
}

}  // namespace abut::onnx
