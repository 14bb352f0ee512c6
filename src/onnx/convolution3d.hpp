// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "onnx/window.hpp"

namespace abut::onnx {

/// A convolution over depth, height and width with operations over images: the taps along the depth become input channels,
/// the positions along it become images. Inputs 0, 1 and 2 of the node are x, weights and bias.
ValueId convolve3d(NodeImport& node, const Window& window, std::int64_t groups);

/// The bias of input 2, {channels}, as {1, channels, 1, 1}.
ValueId image_bias(NodeImport& node, std::int64_t channels);

}  // namespace abut::onnx
