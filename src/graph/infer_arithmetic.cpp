// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <utility>

#include "core/fail.hpp"
#include "graph/infer_rules.hpp"

namespace abut::inference {

namespace {

struct Matrix {
    std::int64_t rows;
    std::int64_t columns;
};

Matrix last_axes(const Shape& shape, bool transposed) {
    Matrix matrix{shape[shape.rank() - 2], shape[shape.rank() - 1]};
    if (transposed) std::swap(matrix.rows, matrix.columns);
    return matrix;
}

Shape batch_axes(const Shape& shape) {
    return Shape(std::span(shape.begin(), shape.end() - 2));
}

}  // namespace

Types infer(const Dense& dense, Inputs inputs) {
    expect_fusible(dense.epilogue, "epilogue");
    expect_count(inputs, 1 + static_cast<std::size_t>(dense.epilogue.operands), "a, b, the epilogue's");
    expect_float32(inputs);
    for (std::size_t i = 0; i < 2; ++i) {
        core::require(inputs[i].shape.rank() >= 2, "input {}: expected 2 axes and more, found shape {}", i,
                      to_string(inputs[i].shape));
    }
    const Matrix a = last_axes(inputs[0].shape, dense.transpose_a);
    const Matrix b = last_axes(inputs[1].shape, dense.transpose_b);
    core::require(a.columns == b.rows, "input 1: expected {} rows for the columns of {}, found {} in {}{}", a.columns,
                  to_string(inputs[0].shape), b.rows, to_string(inputs[1].shape), dense.transpose_b ? " transposed" : "");
    Shape output = broadcast_shapes(batch_axes(inputs[0].shape), batch_axes(inputs[1].shape));
    output.push_back(a.rows);
    output.push_back(b.columns);
    expect_broadcast(inputs.subspan(2), 2, output, "epilogue");
    return {{DType::Float32, output}};
}

Types infer(const Elementwise& elementwise, Inputs inputs) {
    expect_fusible(elementwise.expression, "expression");
    expect_count(inputs, static_cast<std::size_t>(elementwise.expression.operands), "the expression's operands");
    expect_float32(inputs);
    Shape output = inputs[0].shape;
    for (const TensorType& input : inputs.subspan(1)) output = broadcast_shapes(output, input.shape);
    return {{DType::Float32, output}};
}

Types infer(const Cast& cast, Inputs inputs) {
    expect_count(inputs, 1, "x");
    const DType from = inputs[0].dtype;
    const bool is_known =
        (from == DType::Bool && cast.to == DType::Float32) || (from == DType::Float32 && cast.to == DType::Bool);
    if (!is_known) {
        core::fail(ErrorCode::Unsupported, "expected a cast from bool to float32 or back, found one from {} to {}",
                   to_string(from), to_string(cast.to));
    }
    return {{cast.to, inputs[0].shape}};
}

Types infer(const BatchNorm& norm, Inputs inputs) {
    expect_count(inputs, 5, "x, scale, bias, mean, variance");
    expect_float32(inputs);
    const Shape& x = inputs[0].shape;
    core::require(x.rank() >= 2, "input 0: expected 2 axes and more (N, C, ...), found shape {}", to_string(x));
    for (std::size_t i = 1; i < inputs.size(); ++i) {
        core::require(inputs[i].shape == Shape{x[1]}, "input {}: expected shape {}, one value a channel, found {}", i, x[1],
                      to_string(inputs[i].shape));
    }
    core::require(std::isfinite(norm.epsilon) && norm.epsilon >= 0, "expected an epsilon of 0 and more, found {}",
                  norm.epsilon);
    return {inputs[0]};
}

Types infer(const Reduce& reduce, Inputs inputs) {
    expect_count(inputs, 1, "x");
    expect_float32(inputs);
    core::require(!reduce.axes.empty(), "expected 1 axis and more to reduce over, found none");
    const Shape& x = inputs[0].shape;
    Shape output;
    auto reduced = reduce.axes.begin();
    for (int axis = 0; axis < x.rank(); ++axis) {
        const bool is_reduced = reduced != reduce.axes.end() && *reduced == axis;
        if (is_reduced) ++reduced;
        if (!is_reduced) output.push_back(x[axis]);
        if (is_reduced && reduce.keep_dims) output.push_back(1);
    }
    return {{DType::Float32, output}};
}

Types infer(const Softmax&, Inputs inputs) {
    expect_count(inputs, 1, "x");
    expect_float32(inputs);
    return {inputs[0]};
}

}  // namespace abut::inference
