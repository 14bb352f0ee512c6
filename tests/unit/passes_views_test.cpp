// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "passes/drop_identities.hpp"
#include "passes/fold_constants.hpp"
#include "passes/fuse_elementwise.hpp"
#include "passes/simplify_expressions.hpp"
#include "support/layer_graph.hpp"

namespace abut {
namespace {

using testing_support::largest_difference;
using testing_support::LayerGraph;
using testing_support::operations;

TEST(DropIdentities, leavesOutWhatChangesNothing) {
    LayerGraph net;
    Graph& graph = net.graph;
    const ValueId x = graph.input("x", ViewSpec::nchw({2, 4, 6, 6}));
    ValueId y = graph.relu(x);
    y = graph.append(Copy{}, {y}).front();
    y = graph.reshape(graph.reshape(y, {2, 144}), {2, 4, 6, 6});
    y = graph.transpose(graph.transpose(y, {0, 2, 3, 1}), {0, 3, 1, 2});
    y = graph.concat({y}, 1);
    y = graph.slice(y, 1, 0, 4);
    y = graph.split(y, 1, {4}).front();
    y = graph.pad(y, {.before = {0, 0, 0, 0}, .after = {0, 0, 0, 0}});
    y = graph.elementwise(Expression(), std::array{y});
    graph.apply(Function::Exp, y);
    graph.output("y", y);
    const Graph result = passes::drop_identities(graph);
    EXPECT_EQ(operations(result), "elementwise");
    EXPECT_EQ(largest_difference(result, graph), 0);
}

TEST(DropIdentities, composesMovements) {
    LayerGraph net;
    Graph& graph = net.graph;
    const ValueId x = graph.input("x", ViewSpec::nchw({2, 3, 8, 5}));
    const Slice every_second{{0, 0, 7, 0}, {1, 1, -2, 1}, {2, 3, 4, 5}};
    const ValueId sliced = graph.slice(graph.append(every_second, {x}).front(), 2, 1, 3);
    graph.output("sliced", sliced);
    graph.output("turned", graph.transpose(graph.transpose(x, {1, 2, 3, 0}), {3, 1, 0, 2}));
    graph.output("shaped", graph.reshape(graph.reshape(x, {6, 40}), {240}));
    const Graph result = passes::drop_identities(graph);
    EXPECT_EQ(operations(result), "slice transpose reshape");
    EXPECT_EQ(largest_difference(result, graph), 0);
}

TEST(DropIdentities, dropsEmptyOperandsAndKeepsOtherConcats) {
    LayerGraph net;
    Graph& graph = net.graph;
    const ValueId x = graph.input("x", ViewSpec::nchw({1, 3, 4, 4}));
    const ValueId empty = graph.slice(x, 1, 2, 2);
    const ValueId inner = graph.concat({x, empty, x}, 1);
    graph.output("y", graph.concat({inner, x}, 1));
    const Graph result = passes::drop_identities(graph);
    EXPECT_EQ(operations(result), "concat concat");
    EXPECT_EQ(largest_difference(result, graph), 0);
}

TEST(FoldConstants, computesWhatIsKnown) {
    LayerGraph net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({2, 3}));
    const ValueId known = net.graph.apply(Function::Exp, net.graph.add(net.constant({3}), net.constant({1})));
    net.graph.output("y", net.graph.multiply(x, known));
    net.graph.output("known", known);
    const Graph result = passes::fold_constants(net.graph);
    EXPECT_EQ(operations(result), "elementwise copy");
    EXPECT_EQ(largest_difference(result, net.graph), 0);
}

TEST(FoldConstants, leavesWhatWouldGrow) {
    for (const std::int64_t rows : {1000, 3000}) {
        LayerGraph net;
        const ValueId outer = net.graph.multiply(net.constant({rows, 1}), net.constant({1, 3000}));
        net.graph.output("y", outer);
        EXPECT_EQ(operations(passes::fold_constants(net.graph)), rows == 1000 ? "copy" : "elementwise") << rows;
    }
}

/// The expression that is left of `y` after simplification, as text.
std::string simplified(LayerGraph& net, ValueId y) {
    net.graph.output("y", y);
    const Graph result = passes::simplify_expressions(passes::fuse_elementwise(net.graph));
    EXPECT_LT(largest_difference(result, net.graph), 1e-6);
    return to_string(std::get<Elementwise>(result.nodes().back().operation).expression);
}

TEST(SimplifyExpressions, numbersBecomeParameters) {
    LayerGraph net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({1, 3, 4, 4}));
    const float two = 2;
    const float four = 4;
    const ValueId a = net.graph.constant({1}, std::span(&two, 1));
    const ValueId b = net.graph.constant({}, std::span(&four, 1));
    EXPECT_EQ(simplified(net, net.graph.apply(Function::Divide, net.graph.add(net.graph.multiply(a, x), a), b)),
              "multiply_one(x0, 0.5, 0.5)");
}

TEST(SimplifyExpressions, aKnownConditionChooses) {
    for (const float condition : {0.0F, 1.0F}) {
        LayerGraph net;
        const ValueId x = net.graph.input("x", ViewSpec::nchw({1, 3, 4, 4}));
        const ValueId known = net.graph.constant({1, 1}, std::vector<float>{condition});
        const ValueId y = net.graph.select(known, net.graph.relu(x), net.graph.apply(Function::Exp, x));
        EXPECT_EQ(simplified(net, y), condition == 0 ? "exp(x0)" : "relu(x0)");
    }
}

TEST(FoldConstants, castsOfBools) {
    LayerGraph net;
    const auto bytes = std::make_shared<std::vector<std::uint8_t>>(std::vector<std::uint8_t>{0, 2, 1});
    const ValueId known = net.graph.constant(ViewSpec(DType::Bool, Shape{3}), {bytes, bytes->data()}, "known");
    const ValueId x = net.graph.input("x", ViewSpec::nchw({3}));
    net.graph.output("y", net.graph.multiply(x, net.graph.cast(known, DType::Float32)));
    net.graph.output("truth", net.graph.cast(net.constant({3}), DType::Bool));
    const Graph folded = passes::fold_constants(net.graph);
    EXPECT_EQ(operations(folded), "elementwise cast");
    EXPECT_EQ(largest_difference(folded, net.graph), 0);
    EXPECT_EQ(folded.value(folded.outputs()[1].value).dtype, DType::Bool);
}

TEST(SimplifyExpressions, sharedTermsAreComputedOnce) {
    LayerGraph net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({1, 3, 4, 4}));
    const ValueId a = net.graph.relu(x);
    const ValueId b = net.graph.relu(x);
    EXPECT_EQ(simplified(net, net.graph.multiply(a, b)), "t0 = relu(x0); t0 * t0");
}

TEST(SimplifyExpressions, tellsZeroFromMinusZero) {
    LayerGraph net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({1, 2, 4, 4}));
    const ValueId zeros = net.graph.constant({2, 1, 1}, std::vector<float>{0.0F, -0.0F});
    net.graph.output("y", net.graph.apply(Function::Divide, net.graph.apply(Function::Abs, x), zeros));
    const auto inputs = testing_support::random_inputs(net.graph, 3);
    EXPECT_EQ(reference::evaluate(passes::simplify_expressions(net.graph), inputs), reference::evaluate(net.graph, inputs));
}

TEST(SimplifyExpressions, keepsAShapeThatAConstantGives) {
    LayerGraph net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({1, 3, 1, 1}));
    const float one = 1;
    const ValueId ones = net.graph.constant({1, 1, 1, 1}, std::span(&one, 1));
    net.graph.output("same", net.graph.multiply(x, ones));
    const ValueId row = net.graph.input("row", ViewSpec::nchw({3}));
    net.graph.output("raised", net.graph.multiply(row, ones));
    const Graph result = passes::simplify_expressions(net.graph);
    EXPECT_EQ(result.value(result.outputs()[1].value).shape, (Shape{1, 1, 1, 3}));
    EXPECT_EQ(largest_difference(result, net.graph), 0);
}

}  // namespace
}  // namespace abut
