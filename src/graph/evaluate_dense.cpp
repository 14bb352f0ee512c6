// SPDX-License-Identifier: Apache-2.0
#include "graph/evaluate_rules.hpp"
#include "graph/strided_walk.hpp"

namespace abut::reference {

namespace {

/// A stack of matrices: the batch axes broadcast, the two last swapped where the operation says so.
struct Matrices {
    Strides batch;
    std::int64_t row_stride;
    std::int64_t column_stride;
};

Matrices matrices_of(const Shape& shape, const Shape& batch, bool transposed) {
    const Layout all = Layout::dense(shape);
    const int rank = shape.rank();
    const Layout outer{Shape(std::span(all.shape.begin(), all.shape.end() - 2)),
                       Strides(std::span(all.strides.begin(), all.strides.end() - 2))};
    const std::int64_t row = all.strides[rank - 2];
    const std::int64_t column = all.strides[rank - 1];
    return {outer.broadcast(batch).strides, transposed ? column : row, transposed ? row : column};
}

}  // namespace

Tensor compute(const Dense& dense, Operands inputs, const Shape& output) {
    const Shape batch(std::span(output.begin(), output.end() - 2));
    const std::int64_t rows = output[output.rank() - 2];
    const std::int64_t columns = output[output.rank() - 1];
    const Shape& a_shape = inputs[0]->shape;
    const std::int64_t depth = a_shape[a_shape.rank() - (dense.transpose_a ? 2 : 1)];
    const Matrices a = matrices_of(a_shape, batch, dense.transpose_a);
    const Matrices b = matrices_of(inputs[1]->shape, batch, dense.transpose_b);
    StridedWalk walk(batch, {a.batch, b.batch});
    Tensor y = zeros(output);
    float* to = y.elements.data();
    for (std::int64_t matrix = 0; matrix < element_count(batch); ++matrix, walk.advance()) {
        const float* from_a = inputs[0]->elements.data() + walk.offset(0);
        const float* from_b = inputs[1]->elements.data() + walk.offset(1);
        for (std::int64_t row = 0; row < rows; ++row) {
            for (std::int64_t column = 0; column < columns; ++column) {
                double sum = 0;
                for (std::int64_t k = 0; k < depth; ++k) {
                    const double factor = from_a[row * a.row_stride + k * a.column_stride];
                    sum += factor * from_b[k * b.row_stride + column * b.column_stride];
                }
                *to++ = static_cast<float>(sum);
            }
        }
    }
    return applied(dense.epilogue, std::move(y), inputs.subspan(2));
}

}  // namespace abut::reference
