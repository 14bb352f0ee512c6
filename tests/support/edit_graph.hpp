// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <variant>

#include "abut/graph.hpp"

namespace abut::tests {

struct DropOutput {
    std::size_t port;
};
/// Another value in place of the port's.
struct MoveOutput {
    std::size_t port;
    ValueId to;
};
/// Its readers read `by`, an earlier value of the same shape.
struct ReplaceValue {
    ValueId value;
    ValueId by;
};
/// What computes the value goes.
struct MakeInput {
    ValueId value;
};
/// Of a node that joins its operands.
struct DropOperand {
    NodeId node;
    std::size_t operand;
};
/// Of an input or a constant.
struct SetExtent {
    ValueId value;
    int axis;
    std::int64_t extent;
};
/// relu of the node's first input, which has the result's shape.
struct MakeRelu {
    NodeId node;
};
/// Dense, in the model's order, aligned to the element.
struct MakePortPlain {
    bool is_output;
    std::size_t port;
};
using GraphEdit =
    std::variant<DropOutput, MoveOutput, ReplaceValue, MakeInput, DropOperand, SetExtent, MakeRelu, MakePortPlain>;

/// `graph` after one change, without what no output needs then. Constants and the extents in attributes follow the shapes of
/// what they work on. Nothing where that is no graph.
std::optional<Graph> edited(const Graph& graph, const GraphEdit& edit);

}  // namespace abut::tests
