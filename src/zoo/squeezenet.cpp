// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>

#include "zoo/families.hpp"
#include "zoo/network_builder.hpp"

// Iandola et al., SqueezeNet, 2016; version 1.1 as torchvision has it.
namespace abut::zoo {
namespace {

constexpr Pool2d halving_pool{.kernel = {3, 3}, .strides = {2, 2}, .ceil_mode = true};

class SqueezeNet {
public:
    SqueezeNet(NetworkBuilder& net, Scale scale) : net_(net), scale_(scale) {}

    Signal conv(const Signal& x, ConvForm form, const std::string& name) {
        form.channels = scale_(form.channels);
        form.bias = true;
        return net_.relu(net_.conv(x, form, name));
    }

    Signal fire(const Signal& x, std::int64_t squeezed, std::int64_t expanded, int index) {
        const std::string name = fmt::format("features.{}", index);
        const Signal narrow = conv(x, {.channels = squeezed}, name + ".squeeze");
        const Signal direct = conv(narrow, {.channels = expanded}, name + ".expand1x1");
        const Signal wide = conv(narrow, {.channels = expanded, .kernel = 3, .pad = 1}, name + ".expand3x3");
        return net_.concat({direct, wide});
    }

private:
    NetworkBuilder& net_;
    Scale scale_;
};

Graph squeezenet(const Arguments& arguments, const ZooOptions& options) {
    NetworkBuilder net("squeezenet", options);
    SqueezeNet parts(net, {arguments["width"], 64});
    Signal x = net.input({options.batch, 3, arguments["size"], arguments["size"]});
    x = net.pool(parts.conv(x, {.channels = 64, .kernel = 3, .stride = 2}, "features.0"), halving_pool);
    x = net.pool(parts.fire(parts.fire(x, 16, 64, 3), 16, 64, 4), halving_pool);
    x = net.pool(parts.fire(parts.fire(x, 32, 128, 6), 32, 128, 7), halving_pool);
    x = parts.fire(parts.fire(x, 48, 192, 9), 48, 192, 10);
    x = parts.fire(parts.fire(x, 64, 256, 11), 64, 256, 12);
    x = net.relu(net.conv(x, {.channels = arguments["classes"], .bias = true}, "classifier.1"));
    const auto result = net.flatten(net.global_average_pool(x));
    return std::move(net).finish(result);
}

constexpr std::array squeezenet_arguments{
    ZooArgument{"size", 224, 32, 4096, "height and width of the input"},
    ZooArgument{"width", 64, 1, 512, "channels of the stem; the others follow in proportion"},
    ZooArgument{"classes", 1000, 1, 100000, "outputs"},
};

constexpr std::array recipes{
    Recipe{{"squeezenet", "SqueezeNet 1.1 for ImageNet", squeezenet_arguments}, squeezenet},
};

}  // namespace

std::span<const Recipe> squeezenet_recipes() {
    return recipes;
}

}  // namespace abut::zoo
