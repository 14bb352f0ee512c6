// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>

#include "zoo/families.hpp"
#include "zoo/network_builder.hpp"

// Wang, Li, Ling, Pelee: A Real-Time Object Detection System on Mobile Devices, 2018: PeleeNet as the authors' code has it.
namespace abut::zoo {
namespace {

struct Block {
    int layers;
    std::int64_t bottleneck;  ///< width of the 1x1 convolutions, in halves of the growth
};

constexpr std::array blocks{Block{3, 1}, Block{4, 2}, Block{8, 4}, Block{6, 4}};

Signal stem(NetworkBuilder& net, const Signal& x, std::int64_t channels) {
    const Signal first = net.conv_norm_relu(x, {.channels = channels, .kernel = 3, .stride = 2, .pad = 1}, "stem1");
    const Signal narrow = net.conv_norm_relu(first, {.channels = channels / 2}, "stem2a");
    const Signal second = net.conv_norm_relu(narrow, {.channels = channels, .kernel = 3, .stride = 2, .pad = 1}, "stem2b");
    const Signal pooled = net.pool(first, {.kernel = {2, 2}, .strides = {2, 2}});
    return net.conv_norm_relu(net.concat({pooled, second}), {.channels = channels}, "stem3");
}

/// Channels of a layer's 1x1 convolutions, a multiple of 4.
std::int64_t inner_channels(std::int64_t inputs, std::int64_t half, std::int64_t bottleneck) {
    const std::int64_t wanted = half * bottleneck / 4 * 4;
    return wanted > inputs / 2 ? inputs / 8 * 4 : wanted;
}

Signal two_way_layer(NetworkBuilder& net, const Signal& x, std::int64_t half, std::int64_t inner, const std::string& name) {
    const ConvForm grow{.channels = half, .kernel = 3, .pad = 1};
    const Signal narrow = net.conv_norm_relu(x, {.channels = inner}, name + ".branch1a");
    const Signal first = net.conv_norm_relu(narrow, grow, name + ".branch1b");
    const Signal other = net.conv_norm_relu(x, {.channels = inner}, name + ".branch2a");
    const Signal second = net.conv_norm_relu(net.conv_norm_relu(other, grow, name + ".branch2b"), grow, name + ".branch2c");
    return net.concat({x, first, second});
}

Graph peleenet(const Arguments& arguments, const ZooOptions& options) {
    const std::int64_t half = arguments["growth"] / 2;
    NetworkBuilder net("peleenet", options);
    Signal x = stem(net, net.input({options.batch, 3, arguments["size"], arguments["size"]}), arguments["growth"]);
    for (std::size_t block = 0; block < blocks.size(); ++block) {
        for (int layer = 1; layer <= blocks[block].layers; ++layer) {
            const std::int64_t inner = inner_channels(x.channels(), half, blocks[block].bottleneck);
            x = two_way_layer(net, x, half, inner, fmt::format("denseblock{}.denselayer{}", block + 1, layer));
        }
        x = net.conv_norm_relu(x, {.channels = x.channels()}, fmt::format("transition{}", block + 1));
        if (block + 1 < blocks.size()) x = net.pool(x, {.kind = PoolKind::Average, .kernel = {2, 2}, .strides = {2, 2}});
    }
    x = net.dense(net.flatten(net.global_average_pool(x)), arguments["classes"], "classifier");
    return std::move(net).finish(x);
}

constexpr std::array peleenet_arguments{
    ZooArgument{"size", 224, 32, 4096, "height and width of the input"},
    ZooArgument{"growth", 32, 8, 256, "channels that a layer adds, half of them each way; the stem has as many"},
    ZooArgument{"classes", 1000, 1, 100000, "outputs"},
};

constexpr std::array recipes{
    Recipe{{"peleenet", "PeleeNet for ImageNet: two-way dense layers", peleenet_arguments}, peleenet},
};

}  // namespace

std::span<const Recipe> peleenet_recipes() {
    return recipes;
}

}  // namespace abut::zoo
