// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>

#include "zoo/families.hpp"
#include "zoo/residual.hpp"

// Yu et al., Deep Layer Aggregation, 2018: DLA-34 as timm has it.
namespace abut::zoo {
namespace {

struct Tree {
    int depth;
    std::int64_t channels;
    bool keeps_input;  ///< the root joins the downsampled input too
};

constexpr std::array trees{Tree{1, 64, false}, Tree{2, 128, true}, Tree{2, 256, true}, Tree{1, 512, true}};

/// What the root of a tree joins besides its two last blocks.
using Children = std::vector<Signal>;

Signal grown(NetworkBuilder& net, const Signal& x, const Tree& tree, std::int64_t stride, Children children,
             const std::string& name) {
    const Signal bottom = stride == 1 ? x : net.pool(x, {.kernel = {stride, stride}, .strides = {stride, stride}});
    if (tree.keeps_input) children.push_back(bottom);
    if (tree.depth > 1) {
        const Tree half{tree.depth - 1, tree.channels, false};
        children.push_back(grown(net, x, half, stride, {}, name + ".tree1"));
        const Signal first = children.back();
        return grown(net, first, half, 1, std::move(children), name + ".tree2");
    }
    const bool keeps_channels = x.channels() == tree.channels;
    const Signal shortcut = keeps_channels ? bottom : net.conv_norm(bottom, {.channels = tree.channels}, name + ".project");
    const Signal first = basic_block(net, x, shortcut, stride, tree.channels, name + ".tree1");
    std::vector<Signal> operands{basic_block(net, first, first, 1, tree.channels, name + ".tree2"), first};
    operands.insert(operands.end(), children.begin(), children.end());
    return net.conv_norm_relu(net.concat(operands), {.channels = tree.channels}, name + ".root");
}

Graph dla34(const Arguments& arguments, const ZooOptions& options) {
    NetworkBuilder net("dla34", options);
    const Scale scale{arguments["width"], 16};
    Signal x = net.input({options.batch, 3, arguments["size"], arguments["size"]});
    x = net.conv_norm_relu(x, {.channels = scale(16), .kernel = 7, .pad = 3}, "base_layer");
    x = net.conv_norm_relu(x, {.channels = scale(16), .kernel = 3, .pad = 1}, "level0");
    x = net.conv_norm_relu(x, {.channels = scale(32), .kernel = 3, .stride = 2, .pad = 1}, "level1");
    for (std::size_t index = 0; index < trees.size(); ++index) {
        Tree tree = trees[index];
        tree.channels = scale(tree.channels);
        x = grown(net, x, tree, 2, {}, fmt::format("level{}", index + 2));
    }
    x = net.conv(net.global_average_pool(x), {.channels = arguments["classes"], .bias = true}, "fc");
    const auto result = net.flatten(x);
    return std::move(net).finish(result);
}

constexpr std::array dla34_arguments{
    ZooArgument{"size", 224, 32, 4096, "height and width of the input"},
    ZooArgument{"width", 16, 1, 256, "channels of the first convolution; the others follow in proportion"},
    ZooArgument{"classes", 1000, 1, 100000, "outputs"},
};

constexpr std::array recipes{
    Recipe{{"dla34", "DLA-34 for ImageNet: trees whose roots concatenate their branches", dla34_arguments}, dla34},
};

}  // namespace

std::span<const Recipe> dla_recipes() {
    return recipes;
}

}  // namespace abut::zoo
