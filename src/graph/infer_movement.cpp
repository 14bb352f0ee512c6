// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "core/checked.hpp"
#include "graph/infer_rules.hpp"

/// Operations that move elements and, but for linear resizing, compute nothing.
namespace abut::inference {

namespace {

void expect_axes(const Dims& attribute, std::string_view name, const Shape& x) {
    core::require(attribute.rank() == x.rank(), "expected {} for the {} axes of {}, found {}", name, x.rank(), to_string(x),
                  to_string(attribute));
}

/// Reflection without the border repeats with a period; one reflection a side is all that is computed.
void expect_pad_source(const Pad& pad, int axis, const Shape& x) {
    const std::int64_t most = std::max(pad.before[axis], pad.after[axis]);
    if (pad.mode == PadMode::Constant || most <= 0) return;
    core::require(x[axis] >= 1, "input 0: expected elements to pad with along axis {}, found shape {}", axis, to_string(x));
    if (pad.mode != PadMode::Reflect) return;
    core::require(most < x[axis], "expected reflecting pads of less than {} on axis {}, found {} and {}", x[axis], axis,
                  pad.before[axis], pad.after[axis]);
}

}  // namespace

Types infer(const Resize& resize, Inputs inputs) {
    expect_count(inputs, 1, "x");
    expect_float32(inputs);
    const Shape& x = inputs[0].shape;
    expect_axes(resize.sizes, "sizes", x);
    core::require(resize.scales.size() == static_cast<std::size_t>(x.rank()),
                  "expected {} scales, one an axis of {}, found {}", x.rank(), to_string(x), resize.scales.size());
    for (int axis = 0; axis < x.rank(); ++axis) {
        const float scale = resize.scales[static_cast<std::size_t>(axis)];
        core::require(std::isfinite(scale) && scale > 0, "expected a scale above 0 on axis {}, found {}", axis, scale);
        core::require(resize.sizes[axis] >= 0 && (x[axis] > 0 || resize.sizes[axis] == 0),
                      "expected a size on axis {} that {} can be resized to, found {}", axis, to_string(x),
                      resize.sizes[axis]);
    }
    return {{DType::Float32, resize.sizes}};
}

Types infer(const Pad& pad, Inputs inputs) {
    expect_count(inputs, 1, "x");
    expect_float32(inputs);
    const Shape& x = inputs[0].shape;
    expect_axes(pad.before, "pads before", x);
    expect_axes(pad.after, "pads after", x);
    Shape output = x;
    for (int axis = 0; axis < x.rank(); ++axis) {
        output[axis] = core::checked_add(core::checked_add(x[axis], pad.before[axis]), pad.after[axis]);
        core::require(output[axis] >= 0, "expected pads on axis {} that leave something of {} elements, found {} and {}",
                      axis, x[axis], pad.before[axis], pad.after[axis]);
        expect_pad_source(pad, axis, x);
    }
    return {{DType::Float32, output}};
}

Types infer(const Transpose& transpose, Inputs inputs) {
    expect_count(inputs, 1, "x");
    return {{inputs[0].dtype, Layout::dense(inputs[0].shape).permute(transpose.permutation).shape}};
}

Types infer(const Concat& concat, Inputs inputs) {
    core::require(!inputs.empty(), "expected 1 input and more, found none");
    TensorType output = inputs[0];
    for (std::size_t i = 1; i < inputs.size(); ++i) {
        const TensorType& input = inputs[i];
        core::require(input.dtype == output.dtype, "input {}: expected elements of {} as input 0 has, found {}", i,
                      to_string(output.dtype), to_string(input.dtype));
        Shape expected = inputs[0].shape;
        if (input.shape.rank() == expected.rank()) expected[concat.axis] = input.shape[concat.axis];
        core::require(input.shape == expected, "input {}: expected the extents of input 0 ({}) but on axis {}, found {}", i,
                      to_string(inputs[0].shape), concat.axis, to_string(input.shape));
        output.shape[concat.axis] = core::checked_add(output.shape[concat.axis], input.shape[concat.axis]);
    }
    return {output};
}

Types infer(const Split& split, Inputs inputs) {
    expect_count(inputs, 1, "x");
    core::require(!split.sizes.empty(), "expected 1 size and more, found none");
    Types outputs;
    std::int64_t total = 0;
    for (const std::int64_t size : split.sizes) {
        core::require(size >= 0, "expected sizes of 0 and more, found {}", size);
        total = core::checked_add(total, size);
        outputs.push_back(inputs[0]);
        outputs.back().shape[split.axis] = size;
    }
    const std::int64_t extent = inputs[0].shape[split.axis];
    core::require(total == extent, "expected sizes that add up to {}, the extent of axis {} of {}, found {}", extent,
                  split.axis, to_string(inputs[0].shape), total);
    return outputs;
}

Types infer(const Slice& slice, Inputs inputs) {
    expect_count(inputs, 1, "x");
    const Shape& x = inputs[0].shape;
    expect_axes(slice.begin, "begin", x);
    expect_axes(slice.steps, "steps", x);
    expect_axes(slice.sizes, "sizes", x);
    for (int axis = 0; axis < x.rank(); ++axis) {
        const std::int64_t size = slice.sizes[axis];
        core::require(slice.steps[axis] != 0, "expected a step other than 0 on axis {}", axis);
        core::require(size >= 0, "expected a size of 0 and more on axis {}, found {}", axis, size);
        if (size == 0) continue;
        const std::int64_t first = slice.begin[axis];
        const std::int64_t last = core::checked_add(first, core::checked_multiply(size - 1, slice.steps[axis]));
        core::require(std::min(first, last) >= 0 && std::max(first, last) < x[axis],
                      "expected elements in [0, {}) on axis {}, found {} to {}", x[axis], axis, first, last);
    }
    return {{inputs[0].dtype, slice.sizes}};
}

Types infer(const Reshape& reshape, Inputs inputs) {
    expect_count(inputs, 1, "x");
    const std::int64_t expected = element_count(inputs[0].shape);
    const std::int64_t found = element_count(reshape.shape);
    core::require(found == expected, "expected a shape of {} elements as {} has, found {} ({})", expected,
                  to_string(inputs[0].shape), to_string(reshape.shape), found);
    return {{inputs[0].dtype, reshape.shape}};
}

Types infer(const Copy&, Inputs inputs) {
    expect_count(inputs, 1, "x");
    return {inputs[0]};
}

}  // namespace abut::inference
