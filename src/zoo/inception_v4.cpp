// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>

#include "zoo/conv_chain.hpp"
#include "zoo/families.hpp"

// Szegedy et al., Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning, 2017; layers and order
// of operands as timm has them.
namespace abut::zoo {
namespace {

constexpr Pool2d halving_pool{.kernel = {3, 3}, .strides = {2, 2}};
constexpr Pool2d same_pool{.kind = PoolKind::Average, .kernel = {3, 3}, .pads = {1, 1, 1, 1}};
constexpr ConvForm row(std::int64_t channels) {
    return {channels, {1, 7}, 1, {0, 3}};
}
constexpr ConvForm column(std::int64_t channels) {
    return {channels, {7, 1}, 1, {3, 0}};
}
constexpr ConvForm short_row(std::int64_t channels) {
    return {channels, {1, 3}, 1, {0, 1}};
}
constexpr ConvForm short_column(std::int64_t channels) {
    return {channels, {3, 1}, 1, {1, 0}};
}

class InceptionV4 {
public:
    InceptionV4(NetworkBuilder& net, Scale scale) : net_(net), chain_(net, scale, 1e-3F) {}

    Signal stem(Signal x) {
        x = chain_(x, {{32, 3, 2}, {32, 3}, {.channels = 64, .kernel = 3, .pad = 1}}, "features");
        x = net_.concat({net_.pool(x, halving_pool), chain_(x, {{96, 3, 2}}, "features.3.conv")});
        const Signal first = chain_(x, {{64}, {96, 3}}, "features.4.branch0");
        x = net_.concat({first, chain_(x, {{64}, row(64), column(64), {96, 3}}, "features.4.branch1")});
        return net_.concat({chain_(x, {{192, 3, 2}}, "features.5.conv"), net_.pool(x, halving_pool)});
    }

    Signal module_a(const Signal& x, const std::string& name) {
        const Signal first = chain_(x, {{96}}, name + ".branch0");
        const Signal second = chain_(x, {{64}, {96, 3, 1, 1}}, name + ".branch1");
        const Signal third = chain_(x, {{64}, {96, 3, 1, 1}, {96, 3, 1, 1}}, name + ".branch2");
        return net_.concat({first, second, third, pool_branch(x, 96, name)});
    }

    Signal reduction_a(const Signal& x, const std::string& name) {
        const Signal first = chain_(x, {{384, 3, 2}}, name + ".branch0");
        const Signal second = chain_(x, {{192}, {224, 3, 1, 1}, {256, 3, 2}}, name + ".branch1");
        return net_.concat({first, second, net_.pool(x, halving_pool)});
    }

    Signal module_b(const Signal& x, const std::string& name) {
        const Signal first = chain_(x, {{384}}, name + ".branch0");
        const Signal second = chain_(x, {{192}, row(224), column(256)}, name + ".branch1");
        const Signal third = chain_(x, {{192}, column(192), row(224), column(224), row(256)}, name + ".branch2");
        return net_.concat({first, second, third, pool_branch(x, 128, name)});
    }

    Signal reduction_b(const Signal& x, const std::string& name) {
        const Signal first = chain_(x, {{192}, {192, 3, 2}}, name + ".branch0");
        const Signal second = chain_(x, {{256}, row(256), column(320), {320, 3, 2}}, name + ".branch1");
        return net_.concat({first, second, net_.pool(x, halving_pool)});
    }

    Signal module_c(const Signal& x, const std::string& name) {
        const Signal first = chain_(x, {{256}}, name + ".branch0");
        const Signal second = fork(chain_(x, {{384}}, name + ".branch1_0"), name + ".branch1_1");
        const Signal third =
            fork(chain_(x, {{384}, short_column(448), short_row(512)}, name + ".branch2"), name + ".branch2_3");
        return net_.concat({first, second, third, pool_branch(x, 256, name)});
    }

private:
    Signal pool_branch(const Signal& x, std::int64_t channels, const std::string& name) {
        return chain_(net_.pool(x, same_pool), {{channels}}, name + ".branch3");
    }

    Signal fork(const Signal& x, const std::string& name) {
        const Signal across = chain_(x, {short_row(256)}, name + "a");
        return net_.concat({across, chain_(x, {short_column(256)}, name + "b")});
    }

    NetworkBuilder& net_;
    ConvChain chain_;
};

Graph inception_v4(const Arguments& arguments, const ZooOptions& options) {
    NetworkBuilder net("inception-v4", options);
    InceptionV4 parts(net, {arguments["width"], 32});
    Signal x = parts.stem(net.input({options.batch, 3, arguments["size"], arguments["size"]}));
    int index = 6;
    const auto name = [&index] { return fmt::format("features.{}", index++); };
    for (int module = 0; module < 4; ++module) x = parts.module_a(x, name());
    x = parts.reduction_a(x, name());
    for (int module = 0; module < 7; ++module) x = parts.module_b(x, name());
    x = parts.reduction_b(x, name());
    for (int module = 0; module < 3; ++module) x = parts.module_c(x, name());
    const auto result = net.dense(net.flatten(net.global_average_pool(x)), arguments["classes"], "last_linear");
    return std::move(net).finish(result);
}

constexpr std::array inception_v4_arguments{
    ZooArgument{"size", 299, 75, 4096, "height and width of the input"},
    ZooArgument{"width", 32, 1, 256, "channels of the first convolution; the others follow in proportion"},
    ZooArgument{"classes", 1000, 1, 100000, "outputs"},
};

constexpr std::array recipes{
    Recipe{{"inception-v4", "Inception-v4 for ImageNet", inception_v4_arguments}, inception_v4},
};

}  // namespace

std::span<const Recipe> inception_v4_recipes() {
    return recipes;
}

}  // namespace abut::zoo
