// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>

#include "abut/error.hpp"
#include "zoo/families.hpp"
#include "zoo/network_builder.hpp"

// Zoph et al., Learning Transferable Architectures for Scalable Image Recognition, 2018: NASNet-A (4 @ 1056) as
// pretrainedmodels' nasnetamobile has it.
namespace abut::zoo {
namespace {

constexpr float epsilon = 1e-3F;

/// How a window of an odd extent that moves by 2 lies: padded alike on both sides, or as TensorFlow's SAME does for images
/// of even height and width.
enum class Fit : std::uint8_t { Centred, Same };

Margins margins(std::int64_t kernel, Fit fit) {
    const std::int64_t after = kernel / 2;
    const std::int64_t before = fit == Fit::Same ? after - 1 : after;
    return {before, before, after, after};
}

class NasNet {
public:
    explicit NasNet(NetworkBuilder& net) : net_(net) {}

    Signal stem_cell(const Signal& x, std::int64_t channels, const std::string& name) {
        return reduction(squeezed(x, channels, name + ".conv_1x1"), x, channels, Fit::Centred, name);
    }

    /// `earlier` is twice as high and wide as `x`.
    Signal second_stem_cell(const Signal& x, const Signal& earlier, std::int64_t channels, const std::string& name) {
        const Signal right = halved(earlier, channels / 2, name);
        return reduction(squeezed(x, channels, name + ".conv_1x1"), right, channels, Fit::Same, name);
    }

    Signal reduction_cell(const Signal& x, const Signal& earlier, std::int64_t channels, const std::string& name) {
        const Signal left = squeezed(earlier, channels, name + ".conv_prev_1x1");
        return reduction(squeezed(x, channels, name + ".conv_1x1"), left, channels, Fit::Same, name);
    }

    /// Behind a reduction: `earlier` is twice as high and wide as `x`.
    Signal first_cell(const Signal& x, const Signal& earlier, std::int64_t channels, const std::string& name) {
        const Signal left = halved(earlier, channels / 2, name);
        return cell(squeezed(x, channels, name + ".conv_1x1"), left, channels, name);
    }

    Signal normal_cell(const Signal& x, const Signal& earlier, std::int64_t channels, const std::string& name) {
        const Signal left = squeezed(earlier, channels, name + ".conv_prev_1x1");
        return cell(squeezed(x, channels, name + ".conv_1x1"), left, channels, name);
    }

private:
    Signal squeezed(const Signal& x, std::int64_t channels, const std::string& name) {
        return net_.conv_norm(net_.relu(x), {.channels = channels}, name, epsilon);
    }

    /// Every second pixel and those between, each through a convolution to `channels`.
    Signal halved(const Signal& x, std::int64_t channels, const std::string& name) {
        constexpr Pool2d every_second{.kind = PoolKind::Average, .strides = {2, 2}};
        const Signal rectified = net_.relu(x);
        const Signal even = net_.conv(net_.pool(rectified, every_second), {.channels = channels}, name + ".path_1");
        const Signal odd =
            net_.conv(net_.pool(net_.shift(rectified), every_second), {.channels = channels}, name + ".path_2");
        return net_.batch_norm(net_.concat({even, odd}), name + ".final_path_bn", epsilon);
    }

    Signal separable(Signal x, std::int64_t channels, std::int64_t kernel, std::int64_t stride, Fit fit,
                     const std::string& name) {
        for (int index = 1; index <= 2; ++index) {
            const std::string part = fmt::format("{}.separable_{}", name, index);
            const bool moves = index == 1 && stride > 1;
            const ConvForm depthwise{.channels = x.channels(),
                                     .kernel = kernel,
                                     .stride = moves ? stride : 1,
                                     .pad = margins(kernel, moves ? fit : Fit::Centred),
                                     .groups = x.channels()};
            x = net_.conv(net_.relu(x), depthwise, part + ".depthwise");
            x = net_.batch_norm(net_.conv(x, {.channels = channels}, part + ".pointwise"),
                                fmt::format("{}.bn_sep_{}", name, index), epsilon);
        }
        return x;
    }

    Signal same_pool(const Signal& x) {
        return net_.pool(x, {.kind = PoolKind::Average, .kernel = {3, 3}, .pads = {1, 1, 1, 1}});
    }

    Signal halving_pool(const Signal& x, PoolKind kind, Fit fit) {
        return net_.pool(x, {.kind = kind, .kernel = {3, 3}, .strides = {2, 2}, .pads = margins(3, fit).values});
    }

    Signal cell(const Signal& right, const Signal& left, std::int64_t channels, const std::string& name) {
        const auto branch = [&](const Signal& x, std::int64_t kernel, const char* suffix) {
            return separable(x, channels, kernel, 1, Fit::Centred, name + suffix);
        };
        const Signal first = net_.add(branch(right, 5, ".comb_iter_0_left"), branch(left, 3, ".comb_iter_0_right"));
        const Signal second = net_.add(branch(left, 5, ".comb_iter_1_left"), branch(left, 3, ".comb_iter_1_right"));
        const Signal third = net_.add(same_pool(right), left);
        const Signal fourth = net_.add(same_pool(left), same_pool(left));
        const Signal fifth = net_.add(branch(right, 3, ".comb_iter_4_left"), right);
        return net_.concat({left, first, second, third, fourth, fifth});
    }

    Signal reduction(const Signal& x, const Signal& other, std::int64_t channels, Fit fit, const std::string& name) {
        const auto branch = [&](const Signal& from, std::int64_t kernel, const char* suffix) {
            return separable(from, channels, kernel, 2, fit, name + suffix);
        };
        const Signal first = net_.add(branch(x, 5, ".comb_iter_0_left"), branch(other, 7, ".comb_iter_0_right"));
        const Signal largest = halving_pool(x, PoolKind::Max, fit);
        const Signal second = net_.add(largest, branch(other, 7, ".comb_iter_1_right"));
        const Signal mean = halving_pool(x, PoolKind::Average, fit);
        const Signal third = net_.add(mean, branch(other, 5, ".comb_iter_2_right"));
        const Signal fourth = net_.add(same_pool(first), second);
        const Signal narrow = separable(first, channels, 3, 1, Fit::Centred, name + ".comb_iter_4_left");
        const Signal fifth = net_.add(narrow, halving_pool(x, PoolKind::Max, fit));
        return net_.concat({second, third, fourth, fifth});
    }

    NetworkBuilder& net_;
};

Graph nasnet(const Arguments& arguments, const ZooOptions& options) {
    const std::int64_t width = arguments["width"];
    if (width % 4 != 0) {
        throw Error(ErrorCode::InvalidArgument,
                    fmt::format("zoo:nasnet-mobile: expected a width that is a multiple of 4, found {}", width));
    }
    NetworkBuilder net("nasnet-mobile", options);
    NasNet parts(net);
    const Scale scale{width, 44};
    Signal x = net.input({options.batch, 3, arguments["size"], arguments["size"]});
    Signal earlier = net.conv_norm(x, {.channels = scale(32), .kernel = 3, .stride = 2}, "conv0", epsilon);
    const Signal stem = parts.stem_cell(earlier, width / 4, "cell_stem_0");
    x = parts.second_stem_cell(stem, earlier, width / 2, "cell_stem_1");
    earlier = stem;
    int index = 0;
    const auto advance = [&](Signal next) {
        earlier = std::move(x);
        x = std::move(next);
    };
    for (std::int64_t stage = 0; stage < 3; ++stage) {
        const std::int64_t channels = width << stage;
        if (stage > 0) {
            // The cell behind a reduction reads what the reduction read.
            Signal reduced = parts.reduction_cell(x, earlier, channels, fmt::format("reduction_cell_{}", stage - 1));
            advance(std::move(reduced));
        }
        advance(parts.first_cell(x, earlier, channels, fmt::format("cell_{}", index++)));
        for (std::int64_t cell = 1; cell < arguments["cells"]; ++cell) {
            advance(parts.normal_cell(x, earlier, channels, fmt::format("cell_{}", index++)));
        }
    }
    x = net.dense(net.flatten(net.global_average_pool(net.relu(x))), arguments["classes"], "last_linear");
    return std::move(net).finish(x);
}

constexpr std::array nasnet_arguments{
    ZooArgument{"size", 224, 32, 4096, "height and width of the input"},
    ZooArgument{"width", 44, 4, 256, "channels of a block in the first stage, a multiple of 4"},
    ZooArgument{"cells", 4, 1, 16, "cells of each of the three stages"},
    ZooArgument{"classes", 1000, 1, 100000, "outputs"},
};

constexpr std::array recipes{
    Recipe{{"nasnet-mobile", "NASNet-A (4 @ 1056) for ImageNet, concats of a cell's blocks", nasnet_arguments}, nasnet},
};

}  // namespace

std::span<const Recipe> nasnet_recipes() {
    return recipes;
}

}  // namespace abut::zoo
