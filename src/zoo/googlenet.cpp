// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "zoo/families.hpp"
#include "zoo/network_builder.hpp"

// Szegedy et al., Going Deeper with Convolutions, 2015; in torchvision's form: BatchNorm after every convolution, 3x3
// where the paper has 5x5, no auxiliary heads.
namespace abut::zoo {
namespace {

/// Channels of an inception module's branches, for a stem of 64.
struct Inception {
    const char* name;
    std::int64_t direct, reduce3, conv3, reduce5, conv5, pool;
};

constexpr std::array third_stage{Inception{"inception3a", 64, 96, 128, 16, 32, 32},
                                 Inception{"inception3b", 128, 128, 192, 32, 96, 64}};
constexpr std::array fourth_stage{
    Inception{"inception4a", 192, 96, 208, 16, 48, 64},    Inception{"inception4b", 160, 112, 224, 24, 64, 64},
    Inception{"inception4c", 128, 128, 256, 24, 64, 64},   Inception{"inception4d", 112, 144, 288, 32, 64, 64},
    Inception{"inception4e", 256, 160, 320, 32, 128, 128},
};
constexpr std::array fifth_stage{Inception{"inception5a", 256, 160, 320, 32, 128, 128},
                                 Inception{"inception5b", 384, 192, 384, 48, 128, 128}};

constexpr Pool2d halving_pool{.kernel = {3, 3}, .strides = {2, 2}, .ceil_mode = true};

class GoogLeNet {
public:
    GoogLeNet(NetworkBuilder& net, Scale scale) : net_(net), scale_(scale) {}

    Signal conv(const Signal& x, ConvForm form, const std::string& name) {
        form.channels = scale_(form.channels);
        return net_.conv_norm_relu(x, form, name, 1e-3F);
    }

    Signal inception(const Signal& x, const Inception& form) {
        const std::string name = form.name;
        const Signal first = conv(x, {.channels = form.direct}, name + ".branch1");
        const Signal reduced3 = conv(x, {.channels = form.reduce3}, name + ".branch2.0");
        const Signal second = conv(reduced3, {.channels = form.conv3, .kernel = 3, .pad = 1}, name + ".branch2.1");
        const Signal reduced5 = conv(x, {.channels = form.reduce5}, name + ".branch3.0");
        const Signal third = conv(reduced5, {.channels = form.conv5, .kernel = 3, .pad = 1}, name + ".branch3.1");
        const Signal pooled = net_.pool(x, {.kernel = {3, 3}, .pads = {1, 1, 1, 1}, .ceil_mode = true});
        return net_.concat({first, second, third, conv(pooled, {.channels = form.pool}, name + ".branch4.1")});
    }

    Signal stage(Signal x, std::span<const Inception> forms) {
        for (const Inception& form : forms) x = inception(x, form);
        return x;
    }

private:
    NetworkBuilder& net_;
    Scale scale_;
};

Graph googlenet(const Arguments& arguments, const ZooOptions& options) {
    NetworkBuilder net("googlenet", options);
    GoogLeNet parts(net, {arguments["width"], 64});
    Signal x = net.input({options.batch, 3, arguments["size"], arguments["size"]});
    x = parts.conv(x, {.channels = 64, .kernel = 7, .stride = 2, .pad = 3}, "conv1");
    x = net.pool(x, halving_pool);
    x = parts.conv(x, {.channels = 64}, "conv2");
    x = parts.conv(x, {.channels = 192, .kernel = 3, .pad = 1}, "conv3");
    x = parts.stage(net.pool(x, halving_pool), third_stage);
    x = parts.stage(net.pool(x, halving_pool), fourth_stage);
    x = parts.stage(net.pool(x, {.kernel = {2, 2}, .strides = {2, 2}, .ceil_mode = true}), fifth_stage);
    x = net.dense(net.flatten(net.global_average_pool(x)), arguments["classes"], "fc");
    return std::move(net).finish(x);
}

constexpr std::array googlenet_arguments{
    ZooArgument{"size", 224, 32, 4096, "height and width of the input"},
    ZooArgument{"width", 64, 1, 512, "channels of the stem; the others follow in proportion"},
    ZooArgument{"classes", 1000, 1, 100000, "outputs"},
};

constexpr std::array recipes{
    Recipe{{"googlenet", "GoogLeNet for ImageNet with BatchNorm", googlenet_arguments}, googlenet},
};

}  // namespace

std::span<const Recipe> googlenet_recipes() {
    return recipes;
}

}  // namespace abut::zoo
