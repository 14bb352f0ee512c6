// SPDX-License-Identifier: Apache-2.0
#include "onnx/operator_table.hpp"

namespace abut::onnx {

namespace {

ValueId scaled(NodeImport& node, ValueId value, float factor) {
    return factor == 1 ? value : node.apply(Function::MultiplyOne, value, factor, 0);
}

// alpha * a b + beta * c. Passes fuse the steps into the product.
void import_gemm(NodeImport& node) {
    Attributes& attributes = node.attributes();
    const float alpha = attributes.real("alpha", 1);
    const float beta = attributes.real("beta", 1);
    attributes.ignore("broadcast");  // before opset 7; c broadcasts anyway
    const Dense dense{.transpose_a = attributes.flag("transA", false), .transpose_b = attributes.flag("transB", false)};
    core::require(node.shape(0).rank() == 2 && node.shape(1).rank() == 2,
                  "A and B must be matrices, but have shapes {} and {}", to_string(node.shape(0)), to_string(node.shape(1)));
    ValueId result = scaled(node, node.emit(dense, {node.value(0), node.value(1)}), alpha);
    if (node.has_input(2) && beta != 0) {
        const Shape product = node.shape_of(result);
        result = node.apply(Function::Add, result, scaled(node, node.value(2), beta));
        core::require(node.shape_of(result) == product, "C of shape {} does not broadcast to {}", to_string(node.shape(2)),
                      to_string(product));
    }
    node.set(result);
}

// NumPy's matmul: a vector is a row on the left and a column on the right, and its axis is dropped from the result.
void import_matmul(NodeImport& node) {
    ValueId a = node.value(0);
    ValueId b = node.value(1);
    const bool row = node.shape(0).rank() == 1;
    const bool column = node.shape(1).rank() == 1;
    core::require(node.shape(0).rank() > 0 && node.shape(1).rank() > 0, "a scalar can't be multiplied as a matrix");
    if (row) a = node.reshape(a, {1, node.shape(0)[0]});
    if (column) b = node.reshape(b, {node.shape(1)[0], 1});
    const ValueId product = node.emit(Dense{}, {a, b});
    const Shape full = node.shape_of(product);
    Shape shape(std::span(full.begin(), full.end() - 2));
    if (!row) shape.push_back(full[full.rank() - 2]);
    if (!column) shape.push_back(full[full.rank() - 1]);
    node.set(node.reshape(product, shape));
}

constexpr OperatorEntry dense_entries[] = {
    {"Gemm", import_gemm},
    {"MatMul", import_matmul},
};

}  // namespace

std::span<const OperatorEntry> dense_operators() {
    return dense_entries;
}

}  // namespace abut::onnx
