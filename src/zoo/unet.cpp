// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>

#include "abut/error.hpp"
#include "zoo/families.hpp"
#include "zoo/network_builder.hpp"

// Ronneberger et al., U-Net, 2015; with padded convolutions and BatchNorm as it is used today.
namespace abut::zoo {
namespace {

Signal conv_norm_relu(NetworkBuilder& net, const Signal& x, std::int64_t channels, const std::string& name, int index) {
    const Signal y = net.conv(x, {.channels = channels, .kernel = 3, .pad = 1}, fmt::format("{}.conv{}", name, index));
    return net.relu(net.batch_norm(y, fmt::format("{}.norm{}", name, index)));
}

Signal double_conv(NetworkBuilder& net, const Signal& x, std::int64_t channels, const std::string& name) {
    return conv_norm_relu(net, conv_norm_relu(net, x, channels, name, 1), channels, name, 2);
}

Graph unet(const Arguments& arguments, const ZooOptions& options) {
    const std::int64_t size = arguments["size"];
    if (size % 16 != 0) {
        throw Error(ErrorCode::InvalidArgument,
                    fmt::format("zoo:unet: expected a size that is a multiple of 16 (four halvings), found {}", size));
    }
    std::int64_t channels = arguments["width"];
    NetworkBuilder net("unet", options);
    Signal x = double_conv(net, net.input({options.batch, 3, size, size}), channels, "inc");
    std::vector<Signal> skips;
    for (int level = 1; level <= 4; ++level) {
        skips.push_back(x);
        channels *= 2;
        x = double_conv(net, net.pool(x, {.kernel = {2, 2}, .strides = {2, 2}}), channels, fmt::format("down{}", level));
    }
    for (int level = 1; level <= 4; ++level) {
        const std::string name = fmt::format("up{}", level);
        channels /= 2;
        const Signal risen = net.up_conv(x, channels, 2, name + ".up");
        x = double_conv(net, net.concat({skips.back(), risen}), channels, name);
        skips.pop_back();
    }
    x = net.conv(x, {.channels = arguments["classes"], .bias = true}, "outc");
    return std::move(net).finish(x);
}

constexpr std::array unet_arguments{
    ZooArgument{"size", 256, 16, 4096, "height and width of the input, a multiple of 16"},
    ZooArgument{"width", 64, 1, 256, "channels of the first level; each level below has twice as many"},
    ZooArgument{"classes", 1, 1, 1000, "channels of the output"},
};

constexpr std::array recipes{
    Recipe{{"unet", "U-Net with four levels, transposed convolutions and skip concats", unet_arguments}, unet},
};

}  // namespace

std::span<const Recipe> unet_recipes() {
    return recipes;
}

}  // namespace abut::zoo
