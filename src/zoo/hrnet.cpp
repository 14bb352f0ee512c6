// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>

#include "abut/error.hpp"
#include "zoo/families.hpp"
#include "zoo/residual.hpp"

// Wang et al., Deep High-Resolution Representation Learning for Visual Recognition, 2020: HRNetV2-W18 for segmentation as
// the authors' seg_hrnet has it.
namespace abut::zoo {
namespace {

using Branches = std::vector<Signal>;  ///< the highest resolution first, each next one half as high and wide

class HighResolutionNet {
public:
    HighResolutionNet(NetworkBuilder& net, std::int64_t width) : net_(net), width_(width) {}

    Signal stem(Signal x) {
        const Scale scale{width_, 18};
        for (int index = 1; index <= 2; ++index) {
            x = halved(x, scale(64), fmt::format("stem{}", index));
        }
        return residual_stage(net_, x, {scale(64), 4}, "layer1");
    }

    /// From the only branch to two.
    Branches forked(const Signal& x) {
        const ConvForm same{.channels = channels(0), .kernel = 3, .pad = 1};
        return {net_.conv_norm_relu(x, same, "transition1.0"), halved(x, channels(1), "transition1.1")};
    }

    Branches grown(Branches branches) {
        const std::size_t count = branches.size();
        branches.push_back(halved(branches.back(), channels(count), fmt::format("transition{}.{}", count, count)));
        return branches;
    }

    Branches module(Branches branches, const std::string& name) {
        for (std::size_t branch = 0; branch < branches.size(); ++branch) {
            for (int block = 0; block < 4; ++block) {
                Signal& x = branches[branch];
                x = basic_block(net_, x, x, 1, channels(branch), fmt::format("{}.branches.{}.{}", name, branch, block));
            }
        }
        Branches fused;
        for (std::size_t to = 0; to < branches.size(); ++to) {
            Signal sum = converted(branches, 0, to, name);
            for (std::size_t from = 1; from < branches.size(); ++from) {
                sum = net_.add(sum, converted(branches, from, to, name));
            }
            fused.push_back(net_.relu(sum));
        }
        return fused;
    }

    Branches stage(Branches branches, int modules, const std::string& name) {
        for (int index = 0; index < modules; ++index)
            branches = module(std::move(branches), fmt::format("{}.{}", name, index));
        return branches;
    }

    Signal head(const Branches& branches, std::int64_t classes) {
        std::vector<Signal> operands{branches.front()};
        for (std::size_t branch = 1; branch < branches.size(); ++branch) {
            operands.push_back(resized(branches[branch], branches.front()));
        }
        const Signal joined = net_.concat(operands);
        const Signal mixed = net_.conv(joined, {.channels = joined.channels(), .bias = true}, "last_layer.0");
        return net_.conv(net_.relu(net_.batch_norm(mixed, "last_layer.1")), {.channels = classes, .bias = true},
                         "last_layer.3");
    }

private:
    [[nodiscard]] std::int64_t channels(std::size_t branch) const { return width_ << branch; }

    Signal halved(const Signal& x, std::int64_t channels, const std::string& name) {
        return net_.conv_norm_relu(x, {.channels = channels, .kernel = 3, .stride = 2, .pad = 1}, name);
    }

    Signal resized(const Signal& x, const Signal& like) {
        const Shape& shape = net_.shape(like);
        return net_.resize_linear(x, {shape[2], shape[3]});
    }

    /// Branch `from` at the resolution of branch `to`.
    Signal converted(const Branches& branches, std::size_t from, std::size_t to, const std::string& module) {
        Signal x = branches[from];
        if (from == to) return x;
        const std::string name = fmt::format("{}.fuse_layers.{}.{}", module, to, from);
        if (from > to) return resized(net_.conv_norm(x, {.channels = channels(to)}, name), branches[to]);
        for (std::size_t step = from; step + 1 < to; ++step) x = halved(x, channels(from), fmt::format("{}.{}", name, step));
        return net_.conv_norm(x, {.channels = channels(to), .kernel = 3, .stride = 2, .pad = 1}, name);
    }

    NetworkBuilder& net_;
    std::int64_t width_;
};

Graph hrnet(const Arguments& arguments, const ZooOptions& options) {
    NetworkBuilder net("hrnet-w18", options);
    HighResolutionNet parts(net, arguments["width"]);
    const Signal x = parts.stem(net.input({options.batch, 3, arguments["size"], arguments["size"]}));
    Branches branches = parts.stage(parts.forked(x), 1, "stage2");
    branches = parts.stage(parts.grown(std::move(branches)), 4, "stage3");
    branches = parts.stage(parts.grown(std::move(branches)), 3, "stage4");
    return std::move(net).finish(parts.head(branches, arguments["classes"]));
}

constexpr std::array hrnet_arguments{
    ZooArgument{"size", 512, 32, 4096, "height and width of the input; the output has a quarter of that"},
    ZooArgument{"width", 18, 1, 128, "channels of the highest resolution; each next one has twice as many"},
    ZooArgument{"classes", 19, 1, 1000, "channels of the output"},
};

constexpr std::array recipes{
    Recipe{{"hrnet-w18", "HRNetV2-W18 for segmentation: four resolutions joined", hrnet_arguments}, hrnet},
};

}  // namespace

std::span<const Recipe> hrnet_recipes() {
    return recipes;
}

}  // namespace abut::zoo
