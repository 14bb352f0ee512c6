// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "abut/graph.hpp"
#include "graph/evaluate.hpp"

namespace abut::tests {

struct RandomGraphOptions {
    int nodes = 12;
    std::int64_t max_channels = 6;
    std::int64_t max_extent = 4;
    std::int64_t max_batch = 3;
    bool has_long_kernels = false;  ///< convolutions of 5x5, and of kernels of one row or column, too
};

/// A graph with every form of view that planning knows: concats of every form in random_forms.cpp on any axis, splits,
/// slices, reshapes, transposes, parts without elements, inputs and constants as operands, outputs in the middle; among them
/// convolutions, elementwise operations, pools, pads and resizes. Ports promise all kinds of layouts and alignments. Values
/// stay near 1. It has a few nodes more than `nodes`. The same seed gives the same graph.
Graph random_graph(std::uint32_t seed, const RandomGraphOptions& options = {});

/// Values in [-1, 1) for every input of `graph`.
std::vector<reference::Tensor> random_inputs(const Graph& graph, std::uint32_t seed);

}  // namespace abut::tests
