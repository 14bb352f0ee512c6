// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>

#include "zoo/families.hpp"
#include "zoo/network_builder.hpp"

// Lee et al., An Energy and GPU-Computation Efficient Backbone Network, 2019: VoVNet-39 as the authors' code has it.
namespace abut::zoo {
namespace {

struct Stage {
    std::int64_t channels;  ///< of each 3x3 convolution
    std::int64_t joined;    ///< of the 1x1 convolution behind the concat
    int blocks;
};

constexpr std::array stages{Stage{128, 256, 1}, Stage{160, 512, 1}, Stage{192, 768, 2}, Stage{224, 1024, 2}};
constexpr int layers_a_block = 5;

/// One-shot aggregation: the input and five convolutions in a row, joined once.
Signal osa_block(NetworkBuilder& net, const Signal& x, const Stage& stage, Scale scale, const std::string& name) {
    std::vector<Signal> features{x};
    for (int layer = 0; layer < layers_a_block; ++layer) {
        const ConvForm form{.channels = scale(stage.channels), .kernel = 3, .pad = 1};
        features.push_back(net.conv_norm_relu(features.back(), form, fmt::format("{}_{}", name, layer)));
    }
    return net.conv_norm_relu(net.concat(features), {.channels = scale(stage.joined)}, name + "_concat");
}

Graph vovnet39(const Arguments& arguments, const ZooOptions& options) {
    NetworkBuilder net("vovnet39", options);
    const Scale scale{arguments["width"], 64};
    Signal x = net.input({options.batch, 3, arguments["size"], arguments["size"]});
    x = net.conv_norm_relu(x, {.channels = scale(64), .kernel = 3, .stride = 2, .pad = 1}, "stem_1");
    x = net.conv_norm_relu(x, {.channels = scale(64), .kernel = 3, .pad = 1}, "stem_2");
    x = net.conv_norm_relu(x, {.channels = scale(128), .kernel = 3, .stride = 2, .pad = 1}, "stem_3");
    for (std::size_t index = 0; index < stages.size(); ++index) {
        const Stage& stage = stages[index];
        if (index > 0) x = net.pool(x, {.kernel = {3, 3}, .strides = {2, 2}, .ceil_mode = true});
        x = osa_block(net, x, stage, scale, fmt::format("OSA{}_1", index + 2));
        for (int block = 2; block <= stage.blocks; ++block) {
            x = net.add(osa_block(net, x, stage, scale, fmt::format("OSA{}_{}", index + 2, block)), x);
        }
    }
    x = net.dense(net.flatten(net.global_average_pool(x)), arguments["classes"], "classifier");
    return std::move(net).finish(x);
}

constexpr std::array vovnet39_arguments{
    ZooArgument{"size", 224, 45, 4096, "height and width of the input"},
    ZooArgument{"width", 64, 1, 256, "channels of the stem; the others follow in proportion"},
    ZooArgument{"classes", 1000, 1, 100000, "outputs"},
};

constexpr std::array recipes{
    Recipe{{"vovnet39", "VoVNet-39 for ImageNet, concats of six operands", vovnet39_arguments}, vovnet39},
};

}  // namespace

std::span<const Recipe> vovnet_recipes() {
    return recipes;
}

}  // namespace abut::zoo
