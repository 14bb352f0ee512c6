// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <numeric>

#include "abut/graph.hpp"
#include "core/checked.hpp"

namespace abut::inline v0 {

ValueId Graph::dense(ValueId a, ValueId b, const Dense& attributes) {
    return append(attributes, {a, b}).front();
}

ValueId Graph::elementwise(const Expression& expression, std::span<const ValueId> inputs) {
    return append(Elementwise{expression}, {inputs.begin(), inputs.end()}).front();
}

ValueId Graph::apply(Function function, ValueId x, float alpha, float beta) {
    return append(Elementwise{Expression::of(function, alpha, beta)}, {x}).front();
}

ValueId Graph::apply(Function function, ValueId a, ValueId b) {
    return append(Elementwise{Expression::of(function)}, {a, b}).front();
}

ValueId Graph::select(ValueId condition, ValueId a, ValueId b) {
    return append(Elementwise{Expression::of(Function::Select)}, {condition, a, b}).front();
}

ValueId Graph::batch_norm(ValueId x, ValueId scale, ValueId bias, ValueId mean, ValueId variance, float epsilon) {
    return append(BatchNorm{epsilon}, {x, scale, bias, mean, variance}).front();
}

ValueId Graph::pool2d(ValueId x, const Pool2d& attributes) {
    return append(attributes, {x}).front();
}

ValueId Graph::global_average_pool(ValueId x) {
    const Shape& shape = value(x).shape;
    core::require(shape.rank() >= 3, "global_average_pool: expected the axes N, C and more, found shape {}",
                  to_string(shape));
    std::vector<int> axes(static_cast<std::size_t>(shape.rank()) - 2);
    std::iota(axes.begin(), axes.end(), 2);
    return reduce(x, ReduceKind::Mean, std::move(axes));
}

ValueId Graph::reduce(ValueId x, ReduceKind kind, std::vector<int> axes, bool keep_dims) {
    return append(Reduce{kind, std::move(axes), keep_dims}, {x}).front();
}

ValueId Graph::softmax(ValueId x, int axis, bool log) {
    return append(Softmax{axis, log}, {x}).front();
}

ValueId Graph::resize(ValueId x, const Resize& attributes) {
    return append(attributes, {x}).front();
}

ValueId Graph::pad(ValueId x, const Pad& attributes) {
    return append(attributes, {x}).front();
}

ValueId Graph::transpose(ValueId x, const Dims& permutation) {
    return append(Transpose{permutation}, {x}).front();
}

ValueId Graph::concat(std::vector<ValueId> operands, int axis) {
    return append(Concat{axis}, std::move(operands)).front();
}

std::vector<ValueId> Graph::split(ValueId x, int axis, std::vector<std::int64_t> sizes) {
    return append(Split{axis, std::move(sizes)}, {x});
}

ValueId Graph::slice(ValueId x, int axis, std::int64_t begin, std::int64_t end) {
    const Shape& shape = value(x).shape;
    const int sliced = normalized_axis(axis, shape.rank());
    core::require(begin >= 0 && begin <= end && end <= shape[sliced],
                  "slice of \"{}\": expected a part of [0, {}) on axis {}, found [{}, {})", value(x).name, shape[sliced],
                  sliced, begin, end);
    Slice slice{Dims::filled(shape.rank(), 0), Dims::filled(shape.rank(), 1), shape};
    slice.begin[sliced] = begin;
    slice.sizes[sliced] = end - begin;
    return append(slice, {x}).front();
}

ValueId Graph::reshape(ValueId x, const Shape& shape) {
    return append(Reshape{shape}, {x}).front();
}

ValueId Graph::flatten(ValueId x, int axis) {
    const Shape& shape = value(x).shape;
    const int first = axis == shape.rank() ? axis : normalized_axis(axis, shape.rank());
    const std::int64_t* middle = shape.begin() + first;
    return reshape(
        x, {element_count(Shape(std::span(shape.begin(), middle))), element_count(Shape(std::span(middle, shape.end())))});
}

}  // namespace abut::inline v0
