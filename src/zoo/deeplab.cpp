// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>

#include "zoo/families.hpp"
#include "zoo/residual.hpp"

// Chen et al., Rethinking Atrous Convolution for Semantic Image Segmentation, 2017: DeepLabV3 with ResNet-50 in
// torchvision's layers, at the paper's output stride of 16 with rates 6, 12 and 18; no auxiliary head.
namespace abut::zoo {
namespace {

constexpr std::array<std::int64_t, 3> rates{6, 12, 18};

/// Atrous spatial pyramid pooling: five views of x, joined.
Signal pyramid_pooling(NetworkBuilder& net, const Signal& x, std::int64_t channels) {
    std::vector<Signal> views{net.conv_norm_relu(x, {.channels = channels}, "classifier.0.convs.0")};
    for (const std::int64_t rate : rates) {
        const ConvForm form{.channels = channels, .kernel = 3, .pad = rate, .dilation = rate};
        views.push_back(net.conv_norm_relu(x, form, fmt::format("classifier.0.convs.{}", views.size())));
    }
    const Signal image = net.conv_norm_relu(net.global_average_pool(x), {.channels = channels}, "classifier.0.convs.4");
    views.push_back(net.resize_linear(image, {net.shape(x)[2], net.shape(x)[3]}));
    return net.conv_norm_relu(net.concat(views), {.channels = channels}, "classifier.0.project");
}

Graph deeplab(const Arguments& arguments, const ZooOptions& options) {
    const std::int64_t size = arguments["size"];
    const std::int64_t width = arguments["width"];
    NetworkBuilder net("deeplabv3", options);
    const Signal features = resnet50(net, net.input({options.batch, 3, size, size}), width, 1).back();
    Signal x = pyramid_pooling(net, features, 4 * width);
    x = net.conv_norm_relu(x, {.channels = 4 * width, .kernel = 3, .pad = 1}, "classifier.1");
    x = net.conv(x, {.channels = arguments["classes"], .bias = true}, "classifier.4");
    const auto result = net.resize_linear(x, size);
    return std::move(net).finish(result);
}

constexpr std::array deeplab_arguments{
    ZooArgument{"size", 513, 32, 4096, "height and width of input and output"},
    ZooArgument{"width", 64, 1, 256, "channels of the stem; the others follow in proportion"},
    ZooArgument{"classes", 21, 1, 1000, "channels of the output"},
};

constexpr std::array recipes{
    Recipe{{"deeplabv3", "DeepLabV3 with ResNet-50: atrous spatial pyramid pooling", deeplab_arguments}, deeplab},
};

}  // namespace

std::span<const Recipe> deeplab_recipes() {
    return recipes;
}

}  // namespace abut::zoo
