// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>

#include "zoo/network_builder.hpp"

/// He et al., Deep Residual Learning for Image Recognition, 2016; in torchvision's form, where the 3x3 convolution of a
/// bottleneck has the stride.
namespace abut::zoo {

/// Two 3x3 convolutions, `shortcut` added before the last ReLU.
Signal basic_block(NetworkBuilder& net, const Signal& x, const Signal& shortcut, std::int64_t stride, std::int64_t channels,
                   const std::string& name);

struct ResidualStage {
    std::int64_t channels;  ///< of the bottleneck; the result has four times as many
    int blocks;
    std::int64_t stride = 1;
    std::int64_t dilation = 1;  ///< of the blocks after the first
};
Signal residual_stage(NetworkBuilder& net, Signal x, const ResidualStage& form, const std::string& name);

/// ResNet-50 without its classifier: the results of its four stages. `width` is that of the stem; with `last_stride` 1 the
/// last stage is dilated instead.
std::array<Signal, 4> resnet50(NetworkBuilder& net, const Signal& x, std::int64_t width, std::int64_t last_stride = 2);

}  // namespace abut::zoo
