// SPDX-License-Identifier: Apache-2.0
#include "support/shrink_graph.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "support/edit_graph.hpp"
#include "support/file_bytes.hpp"
#include "support/graph_text.hpp"
#include "support/random_graph.hpp"

namespace abut::tests {
namespace {

/// graph_text_sample.inc is compiled here; its text must be that of the graph that it makes.
TEST(GraphText, IsTheCodeThatMakesTheGraph) {
    Graph graph;
#include "graph_text_sample.inc"
    EXPECT_EQ(graph_text(graph), test::file_text(ABUT_SOURCE_DIR "/tests/unit/graph_text_sample.inc"));
}

/// A planted fault: a plan of a tensor that is twice in one concat is called wrong.
bool repeats_an_operand(const Graph& graph) {
    return std::ranges::any_of(graph.nodes(), [](const Node& node) {
        auto operands = node.inputs;
        std::ranges::sort(operands);
        return std::holds_alternative<Concat>(node.operation) && std::ranges::adjacent_find(operands) != operands.end();
    });
}

TEST(ShrinkGraph, APlantedFaultShrinksToOneNode) {
    int found = 0;
    for (std::uint32_t seed = 1; seed <= 60; ++seed) {
        const auto graph = random_graph(seed);
        if (!repeats_an_operand(graph)) continue;
        ++found;
        const auto small = shrunken(graph, repeats_an_operand);
        EXPECT_TRUE(repeats_an_operand(small));
        EXPECT_EQ(small.nodes().size(), 1U) << graph_text(small);
        EXPECT_EQ(small.nodes().at(0).inputs.size(), 2U) << graph_text(small);
        EXPECT_EQ(element_count(small.value(small.nodes().at(0).inputs.at(0)).shape), 1) << graph_text(small);
    }
    EXPECT_GE(found, 5);
}

/// Another: a convolution that reads a slice.
bool convolves_a_slice(const Graph& graph) {
    return std::ranges::any_of(graph.nodes(), [&](const Node& node) {
        const auto producer = graph.value(node.inputs.at(0)).producer;
        return std::holds_alternative<Conv2d>(node.operation) && producer.index >= 0 &&
               std::holds_alternative<Slice>(graph.node(producer).operation);
    });
}

TEST(ShrinkGraph, AFaultOfTwoNodesShrinksToThem) {
    int found = 0;
    for (std::uint32_t seed = 1; seed <= 120; ++seed) {
        const auto graph = random_graph(seed);
        if (!convolves_a_slice(graph)) continue;
        ++found;
        const auto small = shrunken(graph, convolves_a_slice);
        EXPECT_EQ(small.nodes().size(), 2U) << graph_text(small);
    }
    EXPECT_GE(found, 5);
}

TEST(EditGraph, RefusesWhatIsNoGraph) {
    Graph graph;
    const auto x = graph.input("x", ViewSpec::nchw({1, 2, 3, 3}));
    const auto y = graph.relu(x);
    graph.output("y", y);
    EXPECT_FALSE(edited(graph, DropOutput{0}));
    const auto direct = edited(graph, ReplaceValue{y, x});
    ASSERT_TRUE(direct);
    EXPECT_TRUE(direct->nodes().empty());
    const auto smaller = edited(graph, SetExtent{x, 1, 1});
    ASSERT_TRUE(smaller);
    EXPECT_EQ(smaller->outputs().at(0).spec.shape(), (Shape{1, 1, 3, 3}));
}

}  // namespace
}  // namespace abut::tests
