// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "abut/plan.hpp"
#include "support/graph_text.hpp"
#include "support/judge_plan.hpp"

/// Graphs of the edge cases; their numbers are those of the table in docs/testing.md.
namespace abut::tests {

inline constexpr std::int64_t pixels = 16;
inline constexpr std::int64_t channel_bytes = pixels * 4;  ///< of one channel of one image below

/// {batch, channels, 4, 4}.
inline ValueId image(Graph& graph, const char* name, std::int64_t channels, std::int64_t batch = 1) {
    return graph.input(name, ViewSpec::nchw({batch, channels, 4, 4}));
}

/// Different numbers near 0.
inline ValueId numbers(Graph& graph, const Shape& shape) {
    std::vector<float> elements;
    for (std::int64_t i = 0; i < element_count(shape); ++i) elements.push_back(static_cast<float>(i * 7 % 11 - 5) / 8);
    return graph.constant(shape, elements);
}

/// A 1x1 convolution to `channels`.
inline ValueId convolution(Graph& graph, ValueId x, std::int64_t channels) {
    return graph.conv2d(x, numbers(graph, {channels, graph.value(x).shape[1], 1, 1}));
}

/// The plan with slices, once both plans are found to compute the graph in every order that they allow.
inline Plan sound_plan(const Graph& graph) {
    EXPECT_EQ(judge_graph(graph, 1), "") << graph_text(graph);
    return plan(graph);
}

inline const OperandDecision& operand(const Plan& plan, std::size_t concat, std::size_t index) {
    return plan.decisions.at(concat).operands.at(index);
}

inline std::int64_t moved_bytes(const Plan& plan) {
    return plan.statistics.copied_bytes + plan.statistics.conversion_bytes;
}

inline RootKind root_kind(const Plan& plan, ValueId value) {
    return plan.roots.at(static_cast<std::size_t>(plan.view(value).root)).kind;
}

}  // namespace abut::tests
