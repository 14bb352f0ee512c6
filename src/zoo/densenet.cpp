// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>

#include "abut/error.hpp"
#include "zoo/families.hpp"
#include "zoo/network_builder.hpp"

// Huang et al., Densely Connected Convolutional Networks, 2017; in torchvision's list form: every layer concatenates all
// earlier features of its block. A list of one feature is used without a concat.
namespace abut::zoo {
namespace {

Signal dense_layer(NetworkBuilder& net, const std::vector<Signal>& features, std::int64_t growth, const std::string& name) {
    const Signal first = net.relu(net.batch_norm(net.concat(features), name + ".norm1"));
    Signal narrow = net.conv(first, {.channels = 4 * growth}, name + ".conv1");
    const Signal second = net.relu(net.batch_norm(std::move(narrow), name + ".norm2"));
    return net.conv(second, {.channels = growth, .kernel = 3, .pad = 1}, name + ".conv2");
}

Signal dense_block(NetworkBuilder& net, const Signal& x, std::int64_t layers, std::int64_t growth, const std::string& name) {
    std::vector<Signal> features{x};
    for (std::int64_t layer = 1; layer <= layers; ++layer) {
        features.push_back(dense_layer(net, features, growth, fmt::format("{}.denselayer{}", name, layer)));
    }
    return net.concat(features);
}

Signal transition(NetworkBuilder& net, const Signal& x, const std::string& name) {
    const Signal rectified = net.relu(net.batch_norm(x, name + ".norm"));
    const Signal narrow = net.conv(rectified, {.channels = x.channels() / 2}, name + ".conv");
    return net.pool(narrow, {.kind = PoolKind::Average, .kernel = {2, 2}, .strides = {2, 2}});
}

Signal blocks(NetworkBuilder& net, Signal x, std::span<const std::int64_t> layers, std::int64_t growth) {
    for (std::size_t block = 0; block < layers.size(); ++block) {
        x = dense_block(net, x, layers[block], growth, fmt::format("features.denseblock{}", block + 1));
        if (block + 1 < layers.size()) x = transition(net, x, fmt::format("features.transition{}", block + 1));
    }
    return net.relu(net.batch_norm(x, fmt::format("features.norm{}", layers.size() + 1)));
}

Signal classifier(NetworkBuilder& net, const Signal& x, std::int64_t classes) {
    return net.dense(net.flatten(net.global_average_pool(x)), classes, "classifier");
}

struct DenseNet {
    const char* name;
    std::array<std::int64_t, 4> layers;  ///< of each block
};

constexpr DenseNet densenet121{"densenet121", {6, 12, 24, 16}};
constexpr DenseNet densenet161{"densenet161", {6, 12, 36, 24}};
constexpr DenseNet densenet169{"densenet169", {6, 12, 32, 32}};
constexpr DenseNet densenet201{"densenet201", {6, 12, 48, 32}};

template <const DenseNet& form>
Graph densenet(const Arguments& arguments, const ZooOptions& options) {
    const std::int64_t growth = arguments["growth"];
    NetworkBuilder net(form.name, options);
    const Signal x = net.input({options.batch, 3, arguments["size"], arguments["size"]});
    const Signal stem = net.conv(x, {.channels = 2 * growth, .kernel = 7, .stride = 2, .pad = 3}, "features.conv0");
    const Signal pooled = net.pool(net.relu(net.batch_norm(stem, "features.norm0")),
                                   {.kernel = {3, 3}, .strides = {2, 2}, .pads = {1, 1, 1, 1}});
    const Signal features = blocks(net, pooled, form.layers, growth);
    const Signal output = classifier(net, features, arguments["classes"]);
    return std::move(net).finish(output);
}

Graph densenet_bc(const Arguments& arguments, const ZooOptions& options) {
    const std::int64_t depth = arguments["depth"];
    if ((depth - 4) % 6 != 0) {
        throw Error(ErrorCode::InvalidArgument,
                    fmt::format("zoo:densenet-bc: expected depth = 6 n + 4 (10, 16, 22, 40, 100, 190), found {}", depth));
    }
    const std::int64_t growth = arguments["growth"];
    const std::int64_t layers = (depth - 4) / 6;
    NetworkBuilder net("densenet-bc", options);
    const Signal x = net.input({options.batch, 3, arguments["size"], arguments["size"]});
    const Signal stem = net.conv(x, {.channels = 2 * growth, .kernel = 3, .pad = 1}, "features.conv0");
    const Signal features = blocks(net, stem, std::array{layers, layers, layers}, growth);
    const Signal output = classifier(net, features, arguments["classes"]);
    return std::move(net).finish(output);
}

constexpr std::array<ZooArgument, 3> imagenet_arguments(std::int64_t growth) {
    return {ZooArgument{"size", 224, 32, 4096, "height and width of the input"},
            ZooArgument{"growth", growth, 1, 256, "channels that a layer adds; the stem has twice as many"},
            ZooArgument{"classes", 1000, 1, 100000, "outputs"}};
}

constexpr auto growth32_arguments = imagenet_arguments(32);
constexpr auto growth48_arguments = imagenet_arguments(48);

constexpr std::array densenet_bc_arguments{
    ZooArgument{"depth", 40, 10, 1000, "layers, 6 n + 4 for n a block"},
    ZooArgument{"growth", 12, 1, 256, "channels that a layer adds; the stem has twice as many"},
    ZooArgument{"size", 32, 4, 4096, "height and width of the input"},
    ZooArgument{"classes", 10, 1, 100000, "outputs"},
};

constexpr std::array recipes{
    Recipe{{"densenet121", "DenseNet-121 for ImageNet, list form", growth32_arguments}, densenet<densenet121>},
    Recipe{{"densenet161", "DenseNet-161 for ImageNet, list form", growth48_arguments}, densenet<densenet161>},
    Recipe{{"densenet169", "DenseNet-169 for ImageNet, list form", growth32_arguments}, densenet<densenet169>},
    Recipe{{"densenet201", "DenseNet-201 for ImageNet, list form", growth32_arguments}, densenet<densenet201>},
    Recipe{{"densenet-bc", "DenseNet-BC in the form for CIFAR: three blocks, compression 0.5", densenet_bc_arguments},
           densenet_bc},
};

}  // namespace

std::span<const Recipe> densenet_recipes() {
    return recipes;
}

}  // namespace abut::zoo
