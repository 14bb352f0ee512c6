// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>

#include "abut/error.hpp"
#include "zoo/families.hpp"
#include "zoo/residual.hpp"

// Liao et al., Real-time Scene Text Detection with Differentiable Binarization, 2020: DBNet's feature pyramid (Lin et al.
// 2017), whose levels are joined, on ResNet-50 as torchvision has it; the probability map.
namespace abut::zoo {
namespace {

/// The levels in the order of the concat, the coarsest first, each at a quarter of the input's resolution.
std::vector<Signal> pyramid(NetworkBuilder& net, const std::array<Signal, 4>& features, std::int64_t width) {
    Signal down;
    std::vector<Signal> levels;
    for (std::size_t level = features.size(); level-- > 0;) {
        const Signal lateral = net.conv(features[level], {.channels = 4 * width}, fmt::format("in{}", level + 2));
        down = levels.empty() ? lateral : net.add(net.upsample_nearest(down, 2), lateral);
        const ConvForm form{.channels = width, .kernel = 3, .pad = 1};
        const Signal out = net.conv(down, form, fmt::format("out{}", level + 2));
        levels.push_back(level == 0 ? out : net.upsample_nearest(out, std::int64_t{1} << level));
    }
    return levels;
}

Graph fpn(const Arguments& arguments, const ZooOptions& options) {
    const std::int64_t size = arguments["size"];
    if (size % 32 != 0) {
        throw Error(ErrorCode::InvalidArgument,
                    fmt::format("zoo:fpn: expected a size that is a multiple of 32 (five halvings), found {}", size));
    }
    const std::int64_t width = arguments["width"];
    NetworkBuilder net("fpn", options);
    const auto features = resnet50(net, net.input({options.batch, 3, size, size}), width);
    const Signal joined = net.concat(pyramid(net, features, width));
    Signal x = net.conv(joined, {.channels = width, .kernel = 3, .pad = 1}, "binarize.0");
    x = net.up_conv(net.relu(net.batch_norm(x, "binarize.1")), width, 2, "binarize.3");
    x = net.up_conv(net.relu(net.batch_norm(x, "binarize.4")), 1, 2, "binarize.6");
    const auto result = net.sigmoid(x);
    return std::move(net).finish(result);
}

constexpr std::array fpn_arguments{
    ZooArgument{"size", 640, 32, 4096, "height and width of input and output, a multiple of 32"},
    ZooArgument{"width", 64, 1, 256, "channels of the stem; the others follow in proportion"},
};

constexpr std::array recipes{
    Recipe{{"fpn", "DBNet's feature pyramid on ResNet-50, four levels joined", fpn_arguments}, fpn},
};

}  // namespace

std::span<const Recipe> fpn_recipes() {
    return recipes;
}

}  // namespace abut::zoo
