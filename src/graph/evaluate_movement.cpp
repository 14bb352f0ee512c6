// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "graph/evaluate_rules.hpp"
#include "graph/strided_walk.hpp"

namespace abut::reference {

namespace {

using Sources = std::vector<std::vector<std::int64_t>>;

/// Index into an axis of `extent` elements for position `i` outside of it, or -1 for the fill value.
std::int64_t padded_source(PadMode mode, std::int64_t i, std::int64_t extent) {
    if (i >= 0 && i < extent) return i;
    switch (mode) {
        case PadMode::Constant:
            return -1;
        case PadMode::Edge:
            return i < 0 ? 0 : extent - 1;
        case PadMode::Reflect:
            return i < 0 ? -i : 2 * (extent - 1) - i;
        case PadMode::Wrap:
            return (i % extent + extent) % extent;
    }
    return -1;
}

/// Elements in the axes from `axis` on: what one step of the axis before moves over.
std::int64_t inner_count(const Shape& shape, int axis) {
    return element_count(Shape(std::span(shape.begin() + axis, shape.end())));
}

}  // namespace

Tensor gathered(const Tensor& x, std::span<const std::vector<std::int64_t>> source, float fill) {
    Shape shape;
    for (const auto& axis : source) shape.push_back(static_cast<std::int64_t>(axis.size()));
    const Strides strides = Layout::dense(x.shape).strides;
    Tensor result = zeros(shape);
    Dims index = Dims::filled(shape.rank(), 0);
    for (float& element : result.elements) {
        std::int64_t offset = 0;
        bool is_inside = true;
        for (int axis = 0; axis < shape.rank(); ++axis) {
            const std::int64_t from = source[static_cast<std::size_t>(axis)][static_cast<std::size_t>(index[axis])];
            is_inside = is_inside && from >= 0;
            offset += from * strides[axis];
        }
        element = is_inside ? x.elements[static_cast<std::size_t>(offset)] : fill;
        for (int axis = shape.rank() - 1; axis >= 0 && ++index[axis] == shape[axis]; --axis) index[axis] = 0;
    }
    return result;
}

Tensor compute(const Pad& pad, Operands inputs, const Shape& output) {
    const Tensor& x = *inputs[0];
    Sources source(static_cast<std::size_t>(output.rank()));
    for (int axis = 0; axis < output.rank(); ++axis) {
        for (std::int64_t i = 0; i < output[axis]; ++i) {
            source[static_cast<std::size_t>(axis)].push_back(padded_source(pad.mode, i - pad.before[axis], x.shape[axis]));
        }
    }
    return gathered(x, source, pad.value);
}

Tensor compute(const Slice& slice, Operands inputs, const Shape& output) {
    Sources source(static_cast<std::size_t>(output.rank()));
    for (int axis = 0; axis < output.rank(); ++axis) {
        for (std::int64_t i = 0; i < output[axis]; ++i) {
            source[static_cast<std::size_t>(axis)].push_back(slice.begin[axis] + i * slice.steps[axis]);
        }
    }
    return gathered(*inputs[0], source, 0);
}

Tensor compute(const Transpose& transpose, Operands inputs, const Shape& output) {
    const Tensor& x = *inputs[0];
    StridedWalk walk(output, {Layout::dense(x.shape).permute(transpose.permutation).strides});
    Tensor result = zeros(output);
    for (float& element : result.elements) {
        element = x.elements[static_cast<std::size_t>(walk.offset(0))];
        walk.advance();
    }
    return result;
}

Tensor compute(const Concat& concat, Operands inputs, const Shape& output) {
    Tensor result = zeros(output);
    if (result.elements.empty()) return result;
    const std::int64_t row = inner_count(output, concat.axis);
    std::int64_t begin = 0;
    for (const Tensor* input : inputs) {
        const std::int64_t part = inner_count(input->shape, concat.axis);
        for (std::int64_t i = 0; part > 0 && i < element_count(output) / row; ++i) {
            std::copy_n(input->elements.begin() + i * part, part, result.elements.begin() + i * row + begin);
        }
        begin += part;
    }
    return result;
}

std::vector<Tensor> compute(const Split& split, Operands inputs) {
    std::vector<Tensor> results;
    std::int64_t begin = 0;
    for (const std::int64_t size : split.sizes) {
        const Shape& shape = inputs[0]->shape;
        Slice slice{Dims::filled(shape.rank(), 0), Dims::filled(shape.rank(), 1), shape};
        slice.begin[split.axis] = begin;
        slice.sizes[split.axis] = size;
        results.push_back(compute(slice, inputs, slice.sizes));
        begin += size;
    }
    return results;
}

Tensor compute(const Reshape&, Operands inputs, const Shape& output) {
    return {output, inputs[0]->elements};
}

Tensor compute(const Copy&, Operands inputs, const Shape&) {
    return *inputs[0];
}

}  // namespace abut::reference
