// SPDX-License-Identifier: Apache-2.0
#include "passes/unshuffle.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "program/optimised_plan.hpp"
#include "support/layer_graph.hpp"

namespace abut {
namespace {

using passes::unshuffle;
using testing_support::largest_difference;
using testing_support::LayerGraph;
using testing_support::nodes_of;
using testing_support::operations;

constexpr double of_another_order = 1e-4;

/// Image layers with the two forms of a shuffle of channels in two groups that exporters write.
class ShuffleLayers : public LayerGraph {
public:
    using LayerGraph::LayerGraph;

    Shape shape(ValueId x) const { return graph.value(x).shape; }

    /// reshape, transpose, reshape, as torchvision's channel_shuffle.
    ValueId shuffled(ValueId x, std::int64_t groups = 2) {
        const Shape s = shape(x);
        const ValueId wide = graph.reshape(x, {s[0], groups, s[1] / groups, s[2], s[3]});
        return graph.reshape(graph.transpose(wide, {0, 2, 1, 3, 4}), s);
    }

    /// Channels 0, 2, ... and 1, 3, ...: reshape, transpose, reshape and two slices, as FastestDet.
    std::array<ValueId, 2> alternate(ValueId x) {
        const Shape s = shape(x);
        const ValueId pairs = graph.reshape(x, {s[0] * s[1] / 2, 2, s[2] * s[3]});
        const ValueId halves = graph.reshape(graph.transpose(pairs, {1, 0, 2}), {2, s[0], s[1] / 2, s[2], s[3]});
        const Shape half{s[0], s[1] / 2, s[2], s[3]};
        return {graph.reshape(graph.slice(halves, 0, 0, 1), half), graph.reshape(graph.slice(halves, 0, 1, 2), half)};
    }

    ValueId relu_conv(ValueId x, std::int64_t channels) { return graph.relu(conv(x, channels, 1, 1, true)); }

    ValueId branch(ValueId x) {
        const std::int64_t channels = shape(x)[1];
        return relu_conv(conv(relu_conv(x, channels), channels, 3, channels), channels);
    }
};

enum class Form : std::uint8_t { Split, Alternate };

/// A stage of ShuffleNetV2: two convolutions, then units that pass half of their channels on.
Graph stage(Form form, std::int64_t batch, std::int64_t channels, int units) {
    ShuffleLayers net;
    const ValueId image = net.graph.input("image", ViewSpec::nchw({batch, 3, 8, 10}));
    // More than the stage needs, so that no slice would raise the peak.
    const ValueId wide = net.graph.pool2d(net.conv(image, 8 * channels), {.kernel = {2, 2}, .strides = {2, 2}});
    ValueId x = net.graph.concat({net.relu_conv(wide, channels / 2), net.relu_conv(wide, channels / 2)}, 1);
    if (form == Form::Split) x = net.shuffled(x);
    for (int unit = 0; unit < units; ++unit) {
        if (form == Form::Split) {
            const auto halves = net.graph.split(x, 1, {channels / 2, channels / 2});
            x = net.shuffled(net.graph.concat({halves[0], net.branch(halves[1])}, 1));
        } else {
            const auto [kept, read] = net.alternate(x);
            x = net.graph.concat({kept, net.branch(read)}, 1);
        }
    }
    const ValueId pooled = net.graph.global_average_pool(net.conv(net.conv(x, channels, 3, channels), 7));
    net.graph.output("y", net.graph.add(pooled, net.conv(net.graph.global_average_pool(x), 7)));
    return programs::optimised_graph(net.graph);
}

std::int64_t moved_bytes(const Graph& graph) {
    const auto statistics = programs::ordered_plan(graph, {}).plan.statistics;
    return statistics.copied_bytes + statistics.conversion_bytes;
}

struct StageCase {
    Form form;
    std::int64_t batch;
    std::int64_t channels;
    int units;
};

class ShuffledStages : public ::testing::TestWithParam<StageCase> {};

TEST_P(ShuffledStages, needNoCopies) {
    const auto [form, batch, channels, units] = GetParam();
    const Graph shuffled = stage(form, batch, channels, units);
    const Graph graph = unshuffle(shuffled);
    EXPECT_LT(largest_difference(graph, shuffled), of_another_order);
    EXPECT_TRUE(nodes_of<Transpose>(graph).empty()) << operations(graph);
    EXPECT_EQ(nodes_of<Conv2d>(graph).size(), nodes_of<Conv2d>(shuffled).size());
    EXPECT_GT(moved_bytes(shuffled), 0);
    EXPECT_EQ(moved_bytes(graph), 0);
}

INSTANTIATE_TEST_SUITE_P(Forms, ShuffledStages,
                         ::testing::Values(StageCase{Form::Split, 1, 8, 1}, StageCase{Form::Split, 2, 12, 3},
                                           StageCase{Form::Split, 1, 58, 4}, StageCase{Form::Alternate, 1, 16, 2},
                                           StageCase{Form::Alternate, 3, 12, 3}, StageCase{Form::Alternate, 1, 48, 7}));

/// What stays as it is: the graph has the nodes that it had.
void expect_untouched(const Graph& graph) {
    EXPECT_EQ(to_string(unshuffle(graph)), to_string(graph));
}

TEST(Unshuffle, leavesAnOutputInItsOrder) {
    ShuffleLayers net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({1, 4, 3, 3}));
    const ValueId y = net.shuffled(net.conv(x, 8));
    net.graph.output("shuffled", y);
    net.graph.output("z", net.conv(y, 3));
    expect_untouched(net.graph);
}

TEST(Unshuffle, leavesWhatNoConvolutionComputes) {
    ShuffleLayers net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({1, 8, 3, 3}));
    const auto [even, odd] = net.alternate(x);
    net.graph.output("y", net.graph.add(net.conv(even, 3), net.conv(odd, 3)));
    expect_untouched(net.graph);
}

TEST(Unshuffle, leavesGroupsThatItWouldTear) {
    ShuffleLayers net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({1, 8, 3, 3}));
    net.graph.output("y", net.conv(net.shuffled(net.conv(x, 8, 1, 2)), 8, 1, 2));
    expect_untouched(net.graph);
}

TEST(Unshuffle, leavesAChannelThatOneReaderHasTwice) {
    ShuffleLayers net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({1, 3, 3, 3}));
    const auto [even, odd] = net.alternate(net.conv(x, 8));
    net.graph.output("y", net.conv(net.graph.concat({even, odd, even}, 1), 3));
    expect_untouched(net.graph);
}

TEST(Unshuffle, leavesSumsWithValuesThatKeepTheirOrder) {
    ShuffleLayers net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({1, 8, 3, 3}));
    const auto [even, odd] = net.alternate(net.conv(x, 8));
    const ValueId added = net.graph.add(net.graph.concat({odd, even}, 1), x);
    net.graph.output("y", net.conv(added, 3));
    expect_untouched(net.graph);
}

TEST(Unshuffle, aGraphWithoutShufflesStaysAsItIs) {
    ShuffleLayers net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({1, 4, 3, 3}));
    const auto parts = net.graph.split(net.conv(x, 8), 1, {3, 5});
    net.graph.output("y", net.conv(net.graph.concat({parts[1], parts[0]}, 1), 3));
    expect_untouched(net.graph);
}

TEST(Unshuffle, leavesConcatsForWhichARungIsForced) {
    const Graph shuffled = stage(Form::Split, 1, 8, 2);
    const auto concats = nodes_of<Concat>(shuffled);
    const Graph free = programs::with_parts(shuffled, {});
    const auto shuffles_with = [&](const std::string& concat) {
        const Graph graph = programs::with_parts(shuffled, {}, std::array{ForcedRung{concat, 0, Rung::Copy}});
        return nodes_of<Transpose>(graph).size();
    };
    EXPECT_EQ(shuffles_with(concats.front().name), 3U) << "as the model calls it";
    EXPECT_EQ(shuffles_with(nodes_of<Concat>(free).front().name), 0U) << "as the plan calls it";
    EXPECT_EQ(shuffles_with("nowhere"), 3U) << "so that errors speak of the model";
}

TEST(Unshuffle, leavesOutAResultThatNobodyReads) {
    ShuffleLayers net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({1, 4, 3, 3}));
    const auto parts = net.graph.append(Conv2d{.parts = {4, 4}}, {x, net.constant({8, 4, 1, 1})});
    const ValueId joined = net.graph.concat({net.shuffled(parts[0]), net.shuffled(parts[1])}, 1);
    net.graph.output("y", net.conv(net.graph.slice(joined, 1, 4, 8), 3));
    const Graph graph = unshuffle(net.graph);
    EXPECT_LT(largest_difference(graph, net.graph), of_another_order);
    EXPECT_EQ(operations(graph), "conv2d conv2d");
}

TEST(Unshuffle, leavesMoreChannelsThanItCanLookAt) {
    constexpr std::int64_t channels = 1 << 16;
    Graph graph;
    std::vector<ValueId> operands;
    for (int i = 0; i < 1000; ++i)
        operands.push_back(graph.input("x" + std::to_string(i), ViewSpec::nchw({1, channels, 1, 1})));
    const std::int64_t all = 1000 * channels;
    const ValueId halves = graph.reshape(graph.concat(operands, 1), {1, 2, 2, all / 4, 1, 1});
    const ValueId shuffled = graph.reshape(graph.transpose(halves, {0, 2, 1, 3, 4, 5}), {1, all, 1, 1});
    graph.output("y", graph.relu(graph.slice(shuffled, 1, 0, all / 2)));
    expect_untouched(graph);
}

TEST(ConvolutionInParts, isLeftAsItIsByPasses) {
    ShuffleLayers net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({1, 4, 6, 6}));
    const auto parts = net.graph.append(Conv2d{.parts = {3, 5}}, {x, net.constant({8, 4, 1, 1})});
    net.graph.output(
        "y", net.graph.relu(net.graph.pool2d(parts[0], {.kind = PoolKind::Average, .kernel = {2, 2}, .strides = {2, 2}})));
    net.graph.output("z", net.conv(net.graph.relu(net.batch_norm(parts[1])), 2));
    const Graph graph = programs::optimised_graph(net.graph);
    EXPECT_LT(largest_difference(graph, net.graph), of_another_order);
    ASSERT_EQ(nodes_of<Conv2d>(graph).size(), 2U);
    EXPECT_EQ(std::get<Conv2d>(nodes_of<Conv2d>(graph).front().operation).parts, (std::vector<std::int64_t>{3, 5}));
}

TEST(Unshuffle, aGraphWithoutElementsStaysAsItIs) {
    ShuffleLayers net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({0, 4, 3, 3}));
    net.graph.output("y", net.conv(net.graph.transpose(x, {0, 1, 3, 2}), 3));
    expect_untouched(net.graph);
}

TEST(Unshuffle, aShuffleOfMoreChannelsThanMemoryHasIsLeft) {
    Graph graph;
    const std::int64_t channels = std::int64_t{1} << 40;
    const ValueId x = graph.input("x", ViewSpec::nchw({1, channels, 1, 1}));
    const ValueId wide = graph.reshape(x, {1, 2, channels / 2, 1, 1});
    const ValueId y = graph.reshape(graph.transpose(wide, {0, 2, 1, 3, 4}), {1, channels, 1, 1});
    graph.output("y", graph.relu(y));
    EXPECT_EQ(to_string(unshuffle(graph)), to_string(graph));
}

/// Convolutions whose channels are joined, cut and shuffled at random before others read them.
Graph random_shuffles(unsigned seed) {
    ShuffleLayers net(seed);
    const auto extent = [&] { return net.draw(1, 3); };
    const ValueId image = net.graph.input("image", ViewSpec::nchw({extent(), 3, extent(), extent()}));
    std::vector<ValueId> values{net.conv(image, 8)};
    const auto any = [&] {
        return values[static_cast<std::size_t>(net.draw(0, static_cast<std::int64_t>(values.size()) - 1))];
    };
    for (int layer = 0; layer < 10; ++layer) {
        const ValueId x = any();
        const std::int64_t channels = net.shape(x)[1];
        switch (net.draw(0, 5)) {
            case 0:
                if (channels < 32) values.push_back(net.graph.concat({x, net.conv(any(), net.draw(1, 8))}, 1));
                break;
            case 1:
                if (channels > 1) values.push_back(net.graph.slice(x, 1, net.draw(0, channels / 2 - 1), channels));
                break;
            case 2:
                for (const std::int64_t groups : {5, 4, 3, 2}) {
                    if (channels % groups == 0) values.push_back(net.shuffled(x, groups));
                }
                break;
            case 3:
                if (channels % 2 == 0) {
                    for (const ValueId half : net.alternate(x)) values.push_back(half);
                }
                break;
            case 4:
                values.push_back(net.conv(x, channels, 3, channels));
                break;
            default:
                values.push_back(net.relu_conv(x, net.draw(1, 12)));
        }
    }
    for (int output = 0; output < 3; ++output)
        net.graph.output("y" + std::to_string(output), net.conv(net.graph.relu(any()), 2));
    return programs::optimised_graph(net.graph);
}

TEST(Unshuffle, keepsResultsOfRandomGraphs) {
    int changed = 0;
    for (unsigned seed = 0; seed < 400; ++seed) {
        const Graph shuffled = random_shuffles(seed);
        const Graph graph = unshuffle(shuffled);
        ASSERT_LT(largest_difference(graph, shuffled, seed), of_another_order) << "seed " << seed << "\n"
                                                                               << to_string(shuffled);
        changed += to_string(graph) == to_string(shuffled) ? 0 : 1;
    }
    EXPECT_GT(changed, 40);
}

}  // namespace
}  // namespace abut
