// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>
#include <vector>

#include "abut/graph.hpp"
#include "graph/evaluate.hpp"

namespace abut::testing_support {

/// A graph under construction with random constants, for tests of passes. Equal seeds give equal graphs.
class LayerGraph {
public:
    explicit LayerGraph(unsigned seed = 1) : random_(seed) {}

    Graph graph;

    ValueId constant(const Shape& shape, float low = -1, float high = 1);
    ValueId conv(ValueId x, std::int64_t channels, std::int64_t kernel = 1, std::int64_t groups = 1, bool bias = false);
    ValueId batch_norm(ValueId x);
    /// One value a channel of `x`, {C, 1, 1}, as ONNX's Unsqueeze makes it.
    ValueId per_channel(ValueId x);
    /// Integers in [low, high].
    std::int64_t draw(std::int64_t low, std::int64_t high);

private:
    std::mt19937 random_;
};

/// Inputs of `graph`, uniform in [-1, 1).
std::vector<reference::Tensor> random_inputs(const Graph& graph, unsigned seed);

/// The largest |a - b| / (1 + |b|) over all outputs of both graphs for the same random inputs; infinite where shapes differ.
double largest_difference(const Graph& a, const Graph& b, unsigned seed = 7);

/// "conv2d concat": the operations in order.
std::string operations(const Graph& graph);

/// Nodes that are an `Attributes`.
template <class Attributes>
std::vector<Node> nodes_of(const Graph& graph) {
    std::vector<Node> nodes;
    for (const Node& node : graph.nodes()) {
        if (std::holds_alternative<Attributes>(node.operation)) nodes.push_back(node);
    }
    return nodes;
}

}  // namespace abut::testing_support
