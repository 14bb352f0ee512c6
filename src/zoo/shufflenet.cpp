// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>

#include "zoo/families.hpp"
#include "zoo/network_builder.hpp"

// Ma et al., ShuffleNet V2, 2018; in torchvision's form, whose channel shuffle is reshape, transpose, reshape.
namespace abut::zoo {
namespace {

struct Stage {
    std::int64_t channels;
    int units;
};

constexpr std::array stages{Stage{116, 4}, Stage{232, 8}, Stage{464, 4}};
constexpr std::int64_t last_channels = 1024;

Signal depthwise(NetworkBuilder& net, const Signal& x, std::int64_t stride, const std::string& name) {
    return net.conv_norm(x, {.channels = x.channels(), .kernel = 3, .stride = stride, .pad = 1, .groups = x.channels()},
                         name);
}

/// The branch that every unit has.
Signal main_branch(NetworkBuilder& net, const Signal& x, std::int64_t channels, std::int64_t stride,
                   const std::string& name) {
    const Signal wide = net.conv_norm_relu(x, {.channels = channels}, name + ".0");
    return net.conv_norm_relu(depthwise(net, wide, stride, name + ".1"), {.channels = channels}, name + ".2");
}

Signal halving_unit(NetworkBuilder& net, const Signal& x, std::int64_t half, const std::string& name) {
    const Signal direct =
        net.conv_norm_relu(depthwise(net, x, 2, name + ".branch1.0"), {.channels = half}, name + ".branch1.1");
    return net.shuffle_channels(net.concat({direct, main_branch(net, x, half, 2, name + ".branch2")}), 2);
}

Signal unit(NetworkBuilder& net, const Signal& x, std::int64_t half, const std::string& name) {
    const std::vector<Signal> halves = net.split(x, {half, half});
    return net.shuffle_channels(net.concat({halves[0], main_branch(net, halves[1], half, 1, name + ".branch2")}), 2);
}

Graph shufflenet(const Arguments& arguments, const ZooOptions& options) {
    NetworkBuilder net("shufflenet-v2", options);
    const Scale scale{arguments["width"], 24};
    Signal x = net.input({options.batch, 3, arguments["size"], arguments["size"]});
    x = net.conv_norm_relu(x, {.channels = scale(24), .kernel = 3, .stride = 2, .pad = 1}, "conv1");
    x = net.pool(x, {.kernel = {3, 3}, .strides = {2, 2}, .pads = {1, 1, 1, 1}});
    for (std::size_t stage = 0; stage < stages.size(); ++stage) {
        const std::int64_t half = scale(stages[stage].channels / 2);
        const std::string name = fmt::format("stage{}", stage + 2);
        x = halving_unit(net, x, half, name + ".0");
        for (int index = 1; index < stages[stage].units; ++index) x = unit(net, x, half, fmt::format("{}.{}", name, index));
    }
    x = net.conv_norm_relu(x, {.channels = scale(last_channels)}, "conv5");
    x = net.dense(net.flatten(net.global_average_pool(x)), arguments["classes"], "fc");
    return std::move(net).finish(x);
}

constexpr std::array shufflenet_arguments{
    ZooArgument{"size", 224, 32, 4096, "height and width of the input"},
    ZooArgument{"width", 24, 1, 256, "channels of the stem; the others follow in proportion"},
    ZooArgument{"classes", 1000, 1, 100000, "outputs"},
};

constexpr std::array recipes{
    Recipe{{"shufflenet-v2", "ShuffleNetV2 x1.0 for ImageNet: channel split, concat and shuffle", shufflenet_arguments},
           shufflenet},
};

}  // namespace

std::span<const Recipe> shufflenet_recipes() {
    return recipes;
}

}  // namespace abut::zoo
