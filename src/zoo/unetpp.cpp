// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>

#include "abut/error.hpp"
#include "zoo/families.hpp"
#include "zoo/network_builder.hpp"

// Zhou et al., UNet++, 2018; layers and order of operands as the authors' Nest_Net has them, without deep supervision.
namespace abut::zoo {
namespace {

constexpr std::size_t levels = 5;

Signal double_conv(NetworkBuilder& net, Signal x, std::int64_t channels, const std::string& name) {
    for (int index = 1; index <= 2; ++index) {
        const ConvForm form{.channels = channels, .kernel = 3, .pad = 1, .bias = true};
        x = net.relu(net.conv(x, form, fmt::format("conv{}_{}", name, index)));
    }
    return x;
}

/// What comes up from below first, then all that the level has so far.
Signal joined(NetworkBuilder& net, const Signal& below, const std::vector<Signal>& level, std::int64_t channels,
              const std::string& name) {
    std::vector<Signal> operands{net.up_conv(below, channels, 2, "up" + name)};
    operands.insert(operands.end(), level.begin(), level.end());
    return net.concat(operands);
}

Graph unetpp(const Arguments& arguments, const ZooOptions& options) {
    const std::int64_t size = arguments["size"];
    if (size % 16 != 0) {
        throw Error(ErrorCode::InvalidArgument,
                    fmt::format("zoo:unetpp: expected a size that is a multiple of 16 (four halvings), found {}", size));
    }
    const std::int64_t width = arguments["width"];
    NetworkBuilder net("unetpp", options);
    Signal x = net.input({options.batch, arguments["channels"], size, size});
    std::array<std::vector<Signal>, levels> nodes;
    // In the authors' order: a level down, then up along the diagonal.
    for (std::size_t depth = 0; depth < levels; ++depth) {
        if (depth > 0) x = net.pool(x, {.kernel = {2, 2}, .strides = {2, 2}});
        x = double_conv(net, x, width << depth, fmt::format("{}1", depth + 1));
        nodes[depth].push_back(x);
        for (std::size_t level = depth; level-- > 0;) {
            const std::string name = fmt::format("{}{}", level + 1, depth - level + 1);
            const Signal all = joined(net, nodes[level + 1].back(), nodes[level], width << level, name);
            nodes[level].push_back(double_conv(net, all, width << level, name));
        }
    }
    const Signal mask = net.conv(nodes[0].back(), {.channels = arguments["classes"], .bias = true}, "output_4");
    const auto result = net.sigmoid(mask);
    return std::move(net).finish(result);
}

constexpr std::array unetpp_arguments{
    ZooArgument{"size", 256, 16, 4096, "height and width of the input, a multiple of 16"},
    ZooArgument{"channels", 1, 1, 16, "of the input"},
    ZooArgument{"width", 32, 1, 256, "channels of the first level; each level below has twice as many"},
    ZooArgument{"classes", 1, 1, 1000, "channels of the output"},
};

constexpr std::array recipes{
    Recipe{{"unetpp", "UNet++ with nested, dense skip concats", unetpp_arguments}, unetpp},
};

}  // namespace

std::span<const Recipe> unetpp_recipes() {
    return recipes;
}

}  // namespace abut::zoo
