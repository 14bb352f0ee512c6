// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "abut/graph.hpp"

/// A plain evaluator on the host: folds constants and is what kernels are tested against. float32 values, those of bool 0
/// and 1; sums are accumulated in double. Pure and thread-safe.
namespace abut::reference {

struct Tensor {
    Shape shape;
    std::vector<float> elements;  ///< row-major
    bool operator==(const Tensor&) const = default;
};

/// The graph's outputs in the order of its ports, for inputs in the order of its ports. Throws InvalidArgument for inputs
/// that are not those of the graph, Unsupported for elements other than float32 and bool,
/// OutOfMemory.
std::vector<Tensor> evaluate(const Graph& graph, std::span<const Tensor> inputs);

/// The outputs of one operation for inputs in the order of Node::inputs, which are verified as Graph::append does.
std::vector<Tensor> evaluate_node(const Operation& operation, std::span<const Tensor* const> inputs);
std::vector<Tensor> evaluate_node(const Operation& operation, std::span<const Tensor> inputs);

/// A copy of the elements of a constant of float32 or bool.
Tensor constant_tensor(const Value& value);

/// A tensor of zeros. Throws OutOfMemory with the bytes that could not be had.
Tensor zeros(const Shape& shape);

}  // namespace abut::reference
