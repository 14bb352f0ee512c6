// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>

#include "zoo/families.hpp"
#include "zoo/network_builder.hpp"

// Wang et al., ESRGAN, 2018: RRDBNet, four times as high and wide.
namespace abut::zoo {
namespace {

constexpr float slope = 0.2F;
constexpr float residual_scale = 0.2F;

Signal conv3x3(NetworkBuilder& net, const Signal& x, std::int64_t channels, const std::string& name) {
    return net.conv(x, {.channels = channels, .kernel = 3, .pad = 1, .bias = true}, name);
}

Signal dense_block(NetworkBuilder& net, const Signal& x, std::int64_t growth, const std::string& name) {
    std::vector<Signal> features{x};
    for (int layer = 1; layer <= 4; ++layer) {
        const Signal y = conv3x3(net, net.concat(features), growth, fmt::format("{}.conv{}", name, layer));
        features.push_back(net.leaky_relu(y, slope));
    }
    return net.scaled_sum(conv3x3(net, net.concat(features), x.channels(), name + ".conv5"), residual_scale, x);
}

Signal residual_in_residual(NetworkBuilder& net, const Signal& x, std::int64_t growth, const std::string& name) {
    Signal y = x;
    for (int block = 1; block <= 3; ++block) y = dense_block(net, y, growth, fmt::format("{}.RDB{}", name, block));
    return net.scaled_sum(y, residual_scale, x);
}

Signal upsampled(NetworkBuilder& net, const Signal& x, const std::string& name) {
    return net.leaky_relu(conv3x3(net, net.upsample_nearest(x, 2), x.channels(), name), slope);
}

Graph rrdb(const Arguments& arguments, const ZooOptions& options) {
    const std::int64_t width = arguments["width"];
    NetworkBuilder net("rrdb", options);
    const Signal first =
        conv3x3(net, net.input({options.batch, 3, arguments["size"], arguments["size"]}), width, "conv_first");
    Signal x = first;
    for (std::int64_t block = 0; block < arguments["blocks"]; ++block) {
        x = residual_in_residual(net, x, arguments["growth"], fmt::format("RRDB_trunk.{}", block));
    }
    x = net.scaled_sum(conv3x3(net, x, width, "trunk_conv"), 1, first);
    x = upsampled(net, upsampled(net, x, "upconv1"), "upconv2");
    x = net.leaky_relu(conv3x3(net, x, width, "HRconv"), slope);
    x = conv3x3(net, x, 3, "conv_last");
    return std::move(net).finish(x);
}

constexpr std::array rrdb_arguments{
    ZooArgument{"blocks", 23, 1, 64, "residual-in-residual dense blocks"},
    ZooArgument{"size", 64, 1, 2048, "height and width of the input; the output has four times that"},
    ZooArgument{"width", 64, 1, 256, "channels of the trunk"},
    ZooArgument{"growth", 32, 1, 256, "channels that a convolution of a dense block adds"},
};

constexpr std::array recipes{
    Recipe{{"rrdb", "ESRGAN's RRDB network, super-resolution x4", rrdb_arguments}, rrdb},
};

}  // namespace

std::span<const Recipe> rrdb_recipes() {
    return recipes;
}

}  // namespace abut::zoo
