// SPDX-License-Identifier: Apache-2.0
#include "zoo/residual.hpp"

#include <fmt/format.h>

namespace abut::zoo {
namespace {

Signal bottleneck(NetworkBuilder& net, const Signal& x, const ConvForm& middle, const std::string& name) {
    const bool keeps_shape = middle.stride == 1 && x.channels() == 4 * middle.channels;
    const ConvForm projection{.channels = 4 * middle.channels, .stride = middle.stride};
    const Signal narrow = net.conv_norm_relu(x, {.channels = middle.channels}, name + ".1");
    const Signal seen = net.conv_norm_relu(narrow, middle, name + ".2");
    const Signal wide = net.conv_norm(seen, {.channels = 4 * middle.channels}, name + ".3");
    return net.relu(net.add(wide, keeps_shape ? x : net.conv_norm(x, projection, name + ".downsample")));
}

}  // namespace

Signal basic_block(NetworkBuilder& net, const Signal& x, const Signal& shortcut, std::int64_t stride, std::int64_t channels,
                   const std::string& name) {
    const ConvForm first{.channels = channels, .kernel = 3, .stride = stride, .pad = 1};
    const Signal y = net.conv_norm_relu(x, first, name + ".1");
    return net.relu(net.add(net.conv_norm(y, {.channels = channels, .kernel = 3, .pad = 1}, name + ".2"), shortcut));
}

Signal residual_stage(NetworkBuilder& net, Signal x, const ResidualStage& form, const std::string& name) {
    ConvForm middle{.channels = form.channels, .kernel = 3, .stride = form.stride, .pad = 1};
    x = bottleneck(net, x, middle, name + ".0");
    middle = {.channels = form.channels, .kernel = 3, .pad = form.dilation, .dilation = form.dilation};
    for (int block = 1; block < form.blocks; ++block) x = bottleneck(net, x, middle, fmt::format("{}.{}", name, block));
    return x;
}

std::array<Signal, 4> resnet50(NetworkBuilder& net, const Signal& x, std::int64_t width, std::int64_t last_stride) {
    const Signal stem = net.conv_norm_relu(x, {.channels = width, .kernel = 7, .stride = 2, .pad = 3}, "conv1");
    const Signal pooled = net.pool(stem, {.kernel = {3, 3}, .strides = {2, 2}, .pads = {1, 1, 1, 1}});
    const Signal first = residual_stage(net, pooled, {width, 3}, "layer1");
    const Signal second = residual_stage(net, first, {2 * width, 4, 2}, "layer2");
    const Signal third = residual_stage(net, second, {4 * width, 6, 2}, "layer3");
    return {first, second, third, residual_stage(net, third, {8 * width, 3, last_stride, 2 / last_stride}, "layer4")};
}

}  // namespace abut::zoo
