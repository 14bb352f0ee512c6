// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "onnx/node_import.hpp"

namespace abut::onnx {

/// The window of a convolution or pooling over `rank` spatial axes, with auto_pad resolved.
struct Window {
    std::vector<std::int64_t> kernel;
    std::vector<std::int64_t> strides;
    std::vector<std::int64_t> dilations;
    std::vector<std::int64_t> before;  ///< padding of each axis
    std::vector<std::int64_t> after;

    [[nodiscard]] int rank() const { return static_cast<int>(kernel.size()); }
};

/// Reads kernel_shape, strides, dilations, pads and auto_pad of a node over x {N,C,...}. `weights` are the kernel's extents
/// where an input says them; kernel_shape must agree. Throws InvalidArgument for attributes of another length than x has
/// axes.
Window read_window(NodeImport& node, const Shape& x, const std::vector<std::int64_t>& weights);

/// kernel_shape, strides and dilations alone; auto_pad and pads stay unread, padding 0.
Window read_unpadded_window(NodeImport& node, const Shape& x, const std::vector<std::int64_t>& weights);

/// The pads attribute: before, then after; zeros if it is not there.
void read_pads(NodeImport& node, Window& window);

/// Puts a spatial axis of extent 1 in front, where a window over one axis becomes one over two.
Window with_height(const Window& window);
Shape with_height(const Shape& shape);
Shape without_height(const Shape& shape);

Pair pair_of(const std::vector<std::int64_t>& values);
Pads pads_of(const Window& window);

/// The axes from `first` on.
std::vector<std::int64_t> axes_from(const Shape& shape, int first);

}  // namespace abut::onnx
