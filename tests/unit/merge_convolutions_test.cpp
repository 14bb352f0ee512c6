// SPDX-License-Identifier: Apache-2.0
#include "passes/merge_convolutions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "graph/evaluate.hpp"
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

TEST(MergeConvolutions, comparesWithSoManyOthersAtMost) {
    constexpr std::int64_t most = 64;
    Branches net;
    for (const std::int64_t channels : {2, 3}) {
        for (std::int64_t kind = 0; kind <= most; ++kind) net.add({.pads = {kind / 8, kind % 8, 0, 0}}, {channels, 8, 3, 3});
    }
    const auto parts = parts_of(merge_convolutions(net.optimised()));
    EXPECT_EQ(std::ranges::count(parts, Parts{2, 3}), most);
    EXPECT_EQ(std::ranges::count(parts, Parts{}), 2) << "of the kind that came last";
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

TEST(MergeConvolutions, tellsZeroFromMinusZero) {
    Branches net;
    for (const float slope : {0.0F, -0.0F}) {
        const std::shared_ptr<float> element(new float(slope));
        const ValueId value = net.graph.constant(ViewSpec(DType::Float32, {1}), element);
        const Conv2d conv{.epilogue = Expression::of(Function::Divide)};
        net.graph.output(std::signbit(slope) ? "minus" : "plus",
                         net.graph.append(conv, {net.x, net.constant({4, 8, 1, 1}), value}).front());
    }
    const Graph merged = merge_convolutions(net.graph);
    EXPECT_EQ(parts_of(merged), std::vector<Parts>({{4, 4}}));
    const auto inputs = testing_support::random_inputs(net.graph, 3);
    EXPECT_EQ(reference::evaluate(merged, inputs), reference::evaluate(net.graph, inputs));
    expect_untouched(merged);
}

TEST(MergeConvolutions, tellsZeroFromMinusZeroInExpressions) {
    Branches net;
    for (const float alpha : {0.0F, -0.0F}) {
        Expression epilogue = Expression::of(Function::MultiplyOne, alpha);
        net.results.push_back(net.graph.append(Conv2d{.epilogue = epilogue}, {net.x, net.constant({4, 8, 1, 1})}).front());
        net.graph.output(std::signbit(alpha) ? "minus" : "plus", net.results.back());
    }
    expect_untouched(net.graph);
}

/// Convolutions a, b and c of one value, of which `use` takes a to several places and the others to one at most.
std::vector<Parts> parts_where(const std::function<std::vector<ValueId>(Graph&, ValueId, ValueId, ValueId)>& use) {
    Branches net;
    const ValueId a = net.graph.relu(net.conv(net.x, 4));
    const ValueId b = net.graph.relu(net.conv(net.x, 5));
    const ValueId c = net.graph.relu(net.conv(net.x, 6));
    net.results = use(net.graph, a, b, c);
    return parts_of(merge_convolutions(net.optimised()));
}

TEST(MergeConvolutions, keepsAResultThatIsWantedInSeveralPlaces) {
    const std::vector<Parts> without_a{{}, {5, 6}};
    const Shape wide{2, 4, 36};
    using Values = std::vector<ValueId>;
    const auto in_two = [](Graph& g, ValueId a, ValueId b, ValueId c) {
        return Values{g.concat({a, b}, 1), g.concat({c, a}, 1)};
    };
    const auto twice_in_one = [](Graph& g, ValueId a, ValueId b, ValueId c) { return Values{g.concat({a, b, a, c}, 1)}; };
    const auto output_too = [](Graph& g, ValueId a, ValueId b, ValueId c) { return Values{a, g.concat({a, b, c}, 1)}; };
    const auto through_views = [&](Graph& g, ValueId a, ValueId b, ValueId c) {
        const ValueId flat = g.transpose(g.reshape(a, wide), {0, 2, 1});
        return Values{g.concat({a, b, c}, 1), g.concat({flat, flat}, 1)};
    };
    const auto pooled = [](Graph& g, ValueId value) { return g.pool2d(value, {.kernel = {3, 3}, .pads = {1, 1, 1, 1}}); };
    const auto in_a_concat_in_two = [&](Graph& g, ValueId a, ValueId b, ValueId c) {
        const ValueId inner = g.concat({a, pooled(g, b)}, 1);
        return Values{g.concat({inner, pooled(g, c)}, 1), g.concat({pooled(g, c), inner}, 1)};
    };
    const auto read_too = [&](Graph& g, ValueId a, ValueId b, ValueId c) {
        return Values{g.concat({a, b, c}, 1), pooled(g, a)};
    };
    EXPECT_EQ(parts_where(in_two), without_a);
    EXPECT_EQ(parts_where(twice_in_one), without_a);
    EXPECT_EQ(parts_where(output_too), without_a);
    EXPECT_EQ(parts_where(through_views), without_a);
    EXPECT_EQ(parts_where(in_a_concat_in_two), without_a);
    EXPECT_EQ(parts_where(read_too), without_a) << "kernels want other layouts than callers";
    const auto in_part = [&](Graph& g, ValueId a, ValueId b, ValueId c) {
        return Values{pooled(g, g.concat({g.slice(a, 1, 1, 4), b, c}, 1))};
    };
    EXPECT_EQ(parts_where(in_part), without_a);
    const auto every_other = [](Graph& g, ValueId a, ValueId b, ValueId c) {
        const Slice slice{.begin = {0, 0, 0, 0}, .steps = {1, 2, 1, 1}, .sizes = {2, 2, 6, 6}};
        return Values{g.concat({a, b, c}, 1), g.append(slice, {a}).front()};
    };
    EXPECT_EQ(parts_where(every_other), without_a) << "a kernel reads it";
    const auto once = [&](Graph& g, ValueId a, ValueId b, ValueId c) {
        const ValueId joined = g.concat({g.concat({a, b}, 1), c}, 1);
        return Values{pooled(g, joined), g.softmax(g.reshape(a, wide), 1), pooled(g, a)};
    };
    EXPECT_EQ(parts_where(once), std::vector<Parts>({{4, 5, 6}})) << "the control";
}

TEST(MergeConvolutions, staysAwayWhereTwoStoresAreForced) {
    Branches net;
    const ValueId a = net.graph.relu(net.conv(net.x, 4, 1, 1, true));
    const ValueId b = net.graph.relu(net.conv(net.x, 5, 1, 1, true));
    net.results = {net.graph.concat({a, b}, 1)};
    for (const std::int64_t channels : {6, 7}) net.relu_conv(channels);
    const Graph graph = net.optimised();
    const auto concat = nodes_of<Concat>(graph).front().name;
    const auto parts_with = [&](Rung rung) {
        return parts_of(programs::with_parts(graph, {}, std::array{ForcedRung{concat, 0, rung}}));
    };
    EXPECT_EQ(parts_with(Rung::MultiStore), std::vector<Parts>({{}, {}, {6, 7}}));
    EXPECT_EQ(parts_with(Rung::Copy), std::vector<Parts>({{4, 5, 6, 7}}));
}

TEST(MergeConvolutions, isForKernelsOfTheCpu) {
    Branches net;
    for (const std::int64_t channels : {6, 7}) net.relu_conv(channels);
    const Graph graph = net.optimised();
    EXPECT_EQ(parts_of(programs::with_parts(graph, {})), std::vector<Parts>({{6, 7}}));
    EXPECT_EQ(parts_of(programs::with_parts(graph, {.kernels = KernelFamily::Gpu})), std::vector<Parts>({{}, {}}));
}

ValueId without_first(Graph& graph, ValueId value) {
    const std::int64_t channels = graph.value(value).shape[1];
    return channels > 1 ? graph.slice(value, 1, 1, channels) : value;
}

/// Convolutions of one value whose results go anywhere: into concats, which may nest and repeat, views, kernels and outputs.
Graph random_branches(unsigned seed) {
    LayerGraph net(seed);
    const ValueId x = net.graph.input("x", ViewSpec::nchw({1, 8, 6, 6}));
    std::vector<ValueId> values;
    const auto any = [&] { return values[static_cast<std::size_t>(net.draw(0, std::ssize(values) - 1))]; };
    for (std::int64_t left = net.draw(2, 4); left > 0; --left) values.push_back(net.conv(x, 8, 1, 1, true));
    for (std::int64_t left = net.draw(1, 6); left > 0; --left) {
        const std::int64_t kind = net.draw(0, 4);
        if (kind == 0) values.push_back(net.graph.relu(any()));
        if (kind == 1) values.push_back(without_first(net.graph, any()));
        if (kind == 2) values.push_back(net.conv(any(), 8, 1, 1, true));
        if (kind > 2) values.push_back(net.graph.concat({any(), any()}, 1));
    }
    for (std::int64_t left = net.draw(1, 2); left > 0; --left)
        net.graph.output("y" + std::to_string(left), left == 1 ? values.back() : any());
    return programs::optimised_graph(net.graph);
}

TEST(MergeConvolutions, neverMovesMoreBytes) {
    const auto moved_bytes = [](const Graph& graph) {
        const auto statistics = programs::ordered_plan(graph, {}).plan.statistics;
        return statistics.copied_bytes + statistics.conversion_bytes;
    };
    int merged_graphs = 0;
    for (unsigned seed = 1; seed <= 800; ++seed) {
        const Graph separate = random_branches(seed);
        const Graph merged = merge_convolutions(separate);
        if (merged.nodes().size() == separate.nodes().size()) continue;
        ++merged_graphs;
        EXPECT_EQ(largest_difference(merged, separate), 0) << "seed " << seed;
        EXPECT_LE(moved_bytes(merged), moved_bytes(separate)) << "seed " << seed << "\n" << to_string(separate);
    }
    EXPECT_GT(merged_graphs, 100);
}

}  // namespace
}  // namespace abut
