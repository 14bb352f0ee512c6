// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/graph.hpp"

namespace abut::test {

/// A graph with one input and one output, which tests bind.
struct Network {
    Graph graph;
    ValueId x;
    ValueId y;
};

/// Two layers of DenseNet's form and a 1x1 convolution: every layer reads a concat and is an operand of the next. The input
/// is {1, 8, 6, 5}, the output {1, 20, 6, 5}. `seed` gives other weights.
Network dense_block(const ViewSpec& input, const ViewSpec& output, std::uint32_t seed = 1);
Network dense_block();  ///< channels-last ports, aligned to 64 bytes

inline const Shape dense_block_input{1, 8, 6, 5};
inline const Shape dense_block_output{1, 20, 6, 5};

/// y = concat(conv1x1(x), conv3x3(x)) along the channels, 12 and 20 of them.
Network two_branches(const ViewSpec& input, const ViewSpec& output);

/// A chain of elementwise operations with a fork, that no pass fuses into one step: its steps depend on one another.
Network pooled_chain();

}  // namespace abut::test
