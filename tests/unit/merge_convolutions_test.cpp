// SPDX-License-Identifier: Apache-2.0
#include "passes/merge_convolutions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <vector>

#include "program/optimised_plan.hpp"
#include "support/layer_graph.hpp"

namespace abut {
namespace {

using passes::merge_convolutions;
using testing_support::largest_difference;
using testing_support::LayerGraph;
using testing_support::nodes_of;
using testing_support::operations;

using Parts = std::vector<std::int64_t>;

/// Two or more convolutions of one value, with what a test changes in them.
class Branches : public LayerGraph {
public:
    ValueId x = graph.input("x", ViewSpec::nchw({2, 8, 6, 6}));

    std::vector<ValueId> results;

    void relu_conv(std::int64_t channels, std::int64_t kernel = 1) {
        results.push_back(graph.relu(conv(x, channels, kernel, 1, true)));
    }
    /// A convolution as given, with a bias.
    void add(const Conv2d& attributes, const Shape& weights) {
        results.push_back(graph.append(attributes, {x, constant(weights)}).front());
    }

    /// After all passes, with every result an output.
    Graph optimised() {
        for (std::size_t i = 0; i < results.size(); ++i) graph.output("y" + std::to_string(i), results[i]);
        return programs::optimised_graph(graph);
    }
};

/// The parts of every convolution, in order.
std::vector<Parts> parts_of(const Graph& graph) {
    std::vector<Parts> parts;
    for (const Node& node : nodes_of<Conv2d>(graph)) parts.push_back(std::get<Conv2d>(node.operation).parts);
    return parts;
}

void expect_untouched(const Graph& graph) {
    EXPECT_EQ(to_string(merge_convolutions(graph)), to_string(graph));
}

TEST(MergeConvolutions, joinsThoseOfOneValue) {
    Branches net;
    for (const std::int64_t channels : {5, 16, 3}) net.relu_conv(channels);
    const Graph separate = net.optimised();
    const Graph merged = merge_convolutions(separate);
    EXPECT_EQ(largest_difference(merged, separate), 0);
    EXPECT_EQ(parts_of(merged), std::vector<Parts>({{16, 5, 3}})) << "whole vectors of channels first";
    EXPECT_EQ(operations(merged), "conv2d");
}

TEST(MergeConvolutions, keepsThoseOfOtherWindowsInFamiliesOfTheirOwn) {
    Branches net;
    net.relu_conv(4);
    net.relu_conv(4, 3);
    net.relu_conv(6);
    net.relu_conv(7, 3);
    const Graph separate = net.optimised();
    const Graph merged = merge_convolutions(separate);
    EXPECT_EQ(largest_difference(merged, separate), 0);
    EXPECT_EQ(parts_of(merged), std::vector<Parts>({{4, 6}, {4, 7}}));
}

TEST(MergeConvolutions, takesConstantsOfOneValueAndOfOneAChannel) {
    const auto merged_with = [](const std::vector<Shape>& slopes, float low) {
        Branches net;
        for (std::size_t i = 0; i < slopes.size(); ++i) {
            const ValueId weights = net.constant({static_cast<std::int64_t>(3 + i), 8, 1, 1});
            const Conv2d conv{.epilogue = Expression::of(Function::PRelu)};
            net.graph.output("y" + std::to_string(i),
                             net.graph.append(conv, {net.x, weights, net.constant(slopes[i], low, 0.5)}).front());
        }
        const Graph merged = merge_convolutions(net.graph);
        EXPECT_EQ(largest_difference(merged, net.graph), 0);
        EXPECT_EQ(operations(merged), "conv2d");
        return merged.value(merged.nodes().front().inputs.back()).shape;
    };
    EXPECT_EQ(merged_with({{3, 1, 1}, {1}, {1, 5, 1, 1}}, -0.5), (Shape{12, 1, 1}));
    EXPECT_EQ(merged_with({{1}, {1, 1, 1}}, -0.5), (Shape{7, 1, 1})) << "two values";
    EXPECT_EQ(merged_with({{1}, {1, 1, 1}}, 0.5), (Shape{1})) << "one value for all";
}

TEST(MergeConvolutions, leavesOutWhatNobodyNeeds) {
    Branches net;
    net.relu_conv(4);
    net.relu_conv(5);
    net.graph.relu(net.conv(net.x, 6, 1, 1, true));
    net.relu_conv(7);
    for (std::size_t i = 0; i < net.results.size(); ++i) net.graph.output("y" + std::to_string(i), net.results[i]);
    const Graph optimised = programs::optimised_graph(net.graph);
    EXPECT_EQ(parts_of(merge_convolutions(optimised)), std::vector<Parts>({{4, 5, 7}}));
}

TEST(MergeConvolutions, beginsAnotherWhereOneHasAllPartsThatItMayHave) {
    Branches net;
    for (int i = 0; i < 33; ++i) net.relu_conv(2);
    const auto parts = parts_of(merge_convolutions(net.optimised()));
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_EQ(parts[0], Parts(32, 2));
    EXPECT_EQ(parts[1], Parts()) << "alone";
}

TEST(MergeConvolutions, keepsWhatDiffers) {
    const Shape weights{4, 8, 3, 3};
    const Conv2d plain{.pads = {1, 1, 1, 1}};
    const std::vector<std::function<void(Conv2d&)>> changes{[](Conv2d& conv) {
                                                                conv.strides = {2, 2};
                                                            },
                                                            [](Conv2d& conv) {
                                                                conv.pads = {1, 1, 0, 1};
                                                            },
                                                            [](Conv2d& conv) {
                                                                conv.dilations = {1, 2};
                                                            },
                                                            [](Conv2d& conv) { conv.winograd = 2; },
                                                            [](Conv2d& conv) {
                                                                conv.parts = {2, 2};
                                                            }};
    for (const auto& change : changes) {
        Branches net;
        Conv2d other = plain;
        change(other);
        net.add(plain, weights);
        net.add(other, weights);
        expect_untouched(net.optimised());
    }
    Branches same;
    same.add(plain, weights);
    same.add(plain, weights);
    EXPECT_EQ(parts_of(merge_convolutions(same.optimised())), std::vector<Parts>({{4, 4}})) << "the control";
}

TEST(MergeConvolutions, keepsGroupsAndOtherFunctions) {
    Branches net;
    net.results.push_back(net.conv(net.x, 8, 1, 2));
    net.results.push_back(net.conv(net.x, 8, 1, 2));
    net.results.push_back(net.graph.relu(net.conv(net.x, 8)));
    net.results.push_back(net.graph.apply(Function::Sigmoid, net.conv(net.x, 8)));
    expect_untouched(net.optimised());
}

TEST(MergeConvolutions, keepsThoseWithOperandsThatAreComputed) {
    Branches net;
    const ValueId other = net.graph.input("other", ViewSpec::nchw({2, 4, 6, 6}));
    net.results.push_back(net.graph.add(net.conv(net.x, 4), other));
    net.results.push_back(net.graph.add(net.conv(net.x, 4), other));
    expect_untouched(net.optimised());
}

TEST(MergeConvolutions, keepsAResultThatGoesIntoSeveralConcats) {
    Branches net;
    const ValueId shared = net.graph.relu(net.conv(net.x, 4));
    const ValueId own = net.graph.relu(net.conv(net.x, 5));
    const ValueId more = net.graph.relu(net.conv(net.x, 6));
    net.results = {net.graph.concat({shared, own}, 1), net.graph.concat({more, shared}, 1)};
    const Graph merged = merge_convolutions(net.optimised());
    EXPECT_EQ(parts_of(merged), std::vector<Parts>({{}, {5, 6}}));
}

TEST(MergeConvolutions, staysAwayWhereTwoStoresAreForced) {
    Branches net;
    const ValueId a = net.graph.relu(net.conv(net.x, 4));
    const ValueId b = net.graph.relu(net.conv(net.x, 5));
    net.results = {net.graph.concat({a, b}, 1)};
    const Graph graph = net.optimised();
    const auto concat = nodes_of<Concat>(graph).front().name;
    const auto parts_with = [&](Rung rung) {
        return parts_of(programs::with_parts(graph, {}, std::array{ForcedRung{concat, 0, rung}}));
    };
    EXPECT_EQ(parts_with(Rung::MultiStore), std::vector<Parts>({{}, {}}));
    EXPECT_EQ(parts_with(Rung::Copy), std::vector<Parts>({{4, 5}}));
}

}  // namespace
}  // namespace abut
