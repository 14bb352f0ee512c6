// SPDX-License-Identifier: Apache-2.0
#include "abut/graph.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "abut/error.hpp"

namespace abut {
namespace {

TEST(Graph, infersAndPrintsASmallNetwork) {
    Graph graph;
    const ValueId x = graph.input("x", ViewSpec::nhwc({1, 3, 8, 8}));
    const ValueId weights = graph.constant({4, 3, 3, 3}, std::vector<float>(108, 0.5F), "w");
    const ValueId bias = graph.constant({4}, std::vector<float>(4, 1.0F), "b");
    const ValueId y = graph.relu(graph.conv2d(x, weights, bias, {.pads = {1, 1, 1, 1}}));
    graph.output("y", graph.concat({x, y}, -3));
    EXPECT_EQ(to_string(graph),
              "graph graph\n"
              "input x 1x3x8x8\n"
              "conv2d_0 1x4x8x8 = conv2d(x, w, b; strides 1x1 pads 1,1,1,1 dilations 1x1 groups 1; epilogue x0 + x1)\n"
              "elementwise_1 1x4x8x8 = elementwise(conv2d_0; relu(x0))\n"
              "concat_2 1x7x8x8 = concat(x, elementwise_1; axis 1)\n"
              "output y = concat_2\n");
}

TEST(Graph, biasSharesTheDataOfAConstant) {
    Graph graph;
    const ValueId x = graph.input("x", ViewSpec::nchw({1, 2, 4, 4}));
    const ValueId weights = graph.constant({3, 2, 1, 1}, std::vector<float>(6), "w");
    const ValueId bias = graph.constant({3}, std::vector<float>(3), "b");
    graph.conv2d(x, weights, bias, {.epilogue = {Relu{}}});
    ASSERT_EQ(graph.nodes().size(), 1U);
    const Node& conv = graph.nodes().front();
    const Value& used = graph.value(conv.inputs.at(2));
    EXPECT_EQ(used.shape, (Shape{1, 3, 1, 1}));
    EXPECT_EQ(used.data, graph.value(bias).data);
    EXPECT_EQ(to_string(std::get<Conv2d>(conv.operation).epilogue), "relu(x0 + x1)");
}

TEST(Graph, biasThatIsNoConstantIsReshaped) {
    Graph graph;
    const ValueId x = graph.input("x", ViewSpec::nchw({1, 2, 4, 4}));
    const ValueId weights = graph.input("w", ViewSpec::nchw({2, 3, 2, 2}));
    const ValueId bias = graph.input("b", ViewSpec::nchw({3}));
    const ValueId y = graph.conv_transpose2d(x, weights, bias, {.strides = {2, 2}});
    EXPECT_EQ(graph.value(y).shape, (Shape{1, 3, 8, 8}));
    EXPECT_TRUE(std::holds_alternative<Reshape>(graph.nodes().front().operation));
}

TEST(Graph, refusedCallLeavesTheGraphAsItWas) {
    Graph graph;
    const ValueId x = graph.input("x", ViewSpec::nchw({1, 2, 4, 4}));
    const ValueId weights = graph.input("w", ViewSpec::nchw({3, 2, 5, 5}));
    const ValueId bias = graph.input("b", ViewSpec::nchw({3}));
    const std::string before = to_string(graph);
    const std::size_t values = graph.values().size();
    EXPECT_THROW(graph.conv2d(x, weights, bias), Error);
    EXPECT_THROW(graph.conv2d(x, weights, x), Error);
    EXPECT_THROW(graph.append(Concat{0}, {x, ValueId{17}}), Error);
    EXPECT_EQ(to_string(graph), before);
    EXPECT_EQ(graph.values().size(), values);
}

TEST(Graph, flattenTakesEveryAxis) {
    Graph graph;
    const ValueId x = graph.input("x", ViewSpec::nchw({2, 3, 4}));
    EXPECT_EQ(graph.value(graph.flatten(x)).shape, (Shape{2, 12}));
    EXPECT_EQ(graph.value(graph.flatten(x, 0)).shape, (Shape{1, 24}));
    EXPECT_EQ(graph.value(graph.flatten(x, 3)).shape, (Shape{24, 1}));
    EXPECT_EQ(graph.value(graph.flatten(x, -1)).shape, (Shape{6, 4}));
    EXPECT_THROW(graph.flatten(x, 4), Error);
}

TEST(Graph, buildersStoreNormalisedAxes) {
    Graph graph;
    const ValueId x = graph.input("x", ViewSpec::nchw({2, 3, 4}));
    graph.softmax(x, -1);
    EXPECT_EQ(std::get<Softmax>(graph.nodes().back().operation).axis, 2);
    EXPECT_EQ(graph.value(graph.global_average_pool(x)).shape, (Shape{2, 3, 1}));
    EXPECT_EQ(graph.value(graph.slice(x, -1, 1, 3)).shape, (Shape{2, 3, 2}));
    EXPECT_THROW(graph.slice(x, -1, 1, 5), Error);
    const std::vector<ValueId> parts = graph.split(x, -2, {1, 2});
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_EQ(graph.value(parts[1]).shape, (Shape{2, 2, 4}));
    EXPECT_EQ(graph.value(parts[1]).name, "split_3_1");
    EXPECT_EQ(graph.node(graph.value(parts[1]).producer).outputs, parts);
}

}  // namespace
}  // namespace abut
