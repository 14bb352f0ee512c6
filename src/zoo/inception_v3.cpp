// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>

#include "zoo/conv_chain.hpp"
#include "zoo/families.hpp"

// Szegedy et al., Rethinking the Inception Architecture for Computer Vision, 2016; in torchvision's form, no auxiliary head.
namespace abut::zoo {
namespace {

constexpr Pool2d halving_pool{.kernel = {3, 3}, .strides = {2, 2}};
constexpr Pool2d same_pool{.kind = PoolKind::Average, .kernel = {3, 3}, .pads = {1, 1, 1, 1}, .count_include_pad = true};
constexpr Sides row{1, 7};
constexpr Sides column{7, 1};
constexpr Margins row_pad{0, 3};
constexpr Margins column_pad{3, 0};

class InceptionV3 {
public:
    InceptionV3(NetworkBuilder& net, Scale scale) : net_(net), chain_(net, scale, 1e-3F) {}

    Signal stem(const Signal& x) {
        const Signal y = chain_(x, {{32, 3, 2}, {32, 3}, {.channels = 64, .kernel = 3, .pad = 1}}, "Conv2d_1a");
        return net_.pool(chain_(net_.pool(y, halving_pool), {{80}, {192, 3}}, "Conv2d_3b"), halving_pool);
    }

    Signal module_a(const Signal& x, std::int64_t pooled, const std::string& name) {
        const Signal first = chain_(x, {{64}}, name + ".branch1x1");
        const Signal second = chain_(x, {{48}, {64, 5, 1, 2}}, name + ".branch5x5");
        const Signal third = chain_(x, {{64}, {96, 3, 1, 1}, {96, 3, 1, 1}}, name + ".branch3x3dbl");
        return net_.concat({first, second, third, pool_branch(x, pooled, name)});
    }

    Signal module_b(const Signal& x, const std::string& name) {
        const Signal first = chain_(x, {{384, 3, 2}}, name + ".branch3x3");
        const Signal second = chain_(x, {{64}, {96, 3, 1, 1}, {96, 3, 2}}, name + ".branch3x3dbl");
        return net_.concat({first, second, net_.pool(x, halving_pool)});
    }

    Signal module_c(const Signal& x, std::int64_t narrow, const std::string& name) {
        const Signal first = chain_(x, {{192}}, name + ".branch1x1");
        const Signal second =
            chain_(x, {{narrow}, {narrow, row, 1, row_pad}, {192, column, 1, column_pad}}, name + ".branch7x7");
        const Signal third = chain_(x,
                                    {{narrow},
                                     {narrow, column, 1, column_pad},
                                     {narrow, row, 1, row_pad},
                                     {narrow, column, 1, column_pad},
                                     {192, row, 1, row_pad}},
                                    name + ".branch7x7dbl");
        return net_.concat({first, second, third, pool_branch(x, 192, name)});
    }

    Signal module_d(const Signal& x, const std::string& name) {
        const Signal first = chain_(x, {{192}, {320, 3, 2}}, name + ".branch3x3");
        const Signal second =
            chain_(x, {{192}, {192, row, 1, row_pad}, {192, column, 1, column_pad}, {192, 3, 2}}, name + ".branch7x7x3");
        return net_.concat({first, second, net_.pool(x, halving_pool)});
    }

    Signal module_e(const Signal& x, const std::string& name) {
        const Signal first = chain_(x, {{320}}, name + ".branch1x1");
        const Signal second = fork(chain_(x, {{384}}, name + ".branch3x3_1"), name + ".branch3x3_2");
        const Signal third = fork(chain_(x, {{448}, {384, 3, 1, 1}}, name + ".branch3x3dbl"), name + ".branch3x3dbl_3");
        return net_.concat({first, second, third, pool_branch(x, 192, name)});
    }

private:
    Signal pool_branch(const Signal& x, std::int64_t channels, const std::string& name) {
        return chain_(net_.pool(x, same_pool), {{channels}}, name + ".branch_pool");
    }

    Signal fork(const Signal& x, const std::string& name) {
        const Signal across = chain_(x, {{384, {1, 3}, 1, {0, 1}}}, name + "a");
        return net_.concat({across, chain_(x, {{384, {3, 1}, 1, {1, 0}}}, name + "b")});
    }

    NetworkBuilder& net_;
    ConvChain chain_;
};

Graph inception_v3(const Arguments& arguments, const ZooOptions& options) {
    NetworkBuilder net("inception-v3", options);
    InceptionV3 parts(net, {arguments["width"], 32});
    Signal x = parts.stem(net.input({options.batch, 3, arguments["size"], arguments["size"]}));
    x = parts.module_a(x, 32, "Mixed_5b");
    x = parts.module_a(x, 64, "Mixed_5c");
    x = parts.module_b(parts.module_a(x, 64, "Mixed_5d"), "Mixed_6a");
    x = parts.module_c(x, 128, "Mixed_6b");
    x = parts.module_c(parts.module_c(x, 160, "Mixed_6c"), 160, "Mixed_6d");
    x = parts.module_d(parts.module_c(x, 192, "Mixed_6e"), "Mixed_7a");
    x = parts.module_e(parts.module_e(x, "Mixed_7b"), "Mixed_7c");
    const auto result = net.dense(net.flatten(net.global_average_pool(x)), arguments["classes"], "fc");
    return std::move(net).finish(result);
}

constexpr std::array inception_v3_arguments{
    ZooArgument{"size", 299, 75, 4096, "height and width of the input"},
    ZooArgument{"width", 32, 1, 256, "channels of the first convolution; the others follow in proportion"},
    ZooArgument{"classes", 1000, 1, 100000, "outputs"},
};

constexpr std::array recipes{
    Recipe{{"inception-v3", "Inception-v3 for ImageNet", inception_v3_arguments}, inception_v3},
};

}  // namespace

std::span<const Recipe> inception_v3_recipes() {
    return recipes;
}

}  // namespace abut::zoo
