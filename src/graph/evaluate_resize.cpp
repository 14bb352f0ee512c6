// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <utility>

#include "graph/evaluate_rules.hpp"

namespace abut::reference {

namespace {

/// Resizing is separable: one axis, with the scale that its coordinates are computed with.
struct Line {
    std::int64_t input;
    std::int64_t output;
    float scale;
};

/// Where output element `i` lies among the input's. Formulas of ONNX's Resize; the resized length is scale * input there.
float coordinate(ResizeCoordinates coordinates, const Line& line, std::int64_t i) {
    const auto x = static_cast<float>(i);
    const auto input = static_cast<float>(line.input);
    const float resized = line.scale * input;
    const float half_pixel = (x + 0.5F) / line.scale - 0.5F;
    switch (coordinates) {
        case ResizeCoordinates::HalfPixel:
            return half_pixel;
        case ResizeCoordinates::HalfPixelSymmetric: {
            const float adjustment = static_cast<float>(line.output) / resized;
            return input / 2.0F * (1.0F - adjustment) + half_pixel;
        }
        case ResizeCoordinates::PytorchHalfPixel:
            return line.output > 1 ? half_pixel : 0.0F;
        case ResizeCoordinates::AlignCorners:
            return resized == 1.0F ? 0.0F : x * (input - 1.0F) / (resized - 1.0F);
        case ResizeCoordinates::Asymmetric:
            return x / line.scale;
    }
    return x;
}

float rounded(ResizeRounding rounding, float x) {
    switch (rounding) {
        case ResizeRounding::PreferFloor:
            return std::ceil(x - 0.5F);
        case ResizeRounding::PreferCeil:
            return std::floor(x + 0.5F);
        case ResizeRounding::Floor:
            return std::floor(x);
        case ResizeRounding::Ceil:
            return std::ceil(x);
    }
    return x;
}

/// The element at `x`, or the nearest there is. A coordinate that is no number counts as 0.
std::int64_t clamped(float x, std::int64_t extent) {
    if (!(x > 0.0F)) return 0;
    if (x >= static_cast<float>(extent)) return extent - 1;
    return std::min(static_cast<std::int64_t>(x), extent - 1);
}

Line line_of(const Resize& resize, const Shape& shape, int axis) {
    return {shape[axis], resize.sizes[axis], resize.scales[static_cast<std::size_t>(axis)]};
}

Tensor nearest(const Resize& resize, const Tensor& x) {
    std::vector<std::vector<std::int64_t>> source(static_cast<std::size_t>(x.shape.rank()));
    for (int axis = 0; axis < x.shape.rank(); ++axis) {
        const Line line = line_of(resize, x.shape, axis);
        for (std::int64_t i = 0; i < line.output; ++i) {
            const float at = rounded(resize.rounding, coordinate(resize.coordinates, line, i));
            source[static_cast<std::size_t>(axis)].push_back(clamped(at, line.input));
        }
    }
    return gathered(x, source, 0);
}

/// Linear interpolation along one axis of `values`, which have the extents outer, line.input, inner.
std::vector<double> interpolated(const std::vector<double>& values, ResizeCoordinates coordinates, const Line& line,
                                 std::int64_t outer, std::int64_t inner) {
    std::vector<double> result;
    result.reserve(static_cast<std::size_t>(outer * line.output * inner));
    for (std::int64_t block = 0; block < outer; ++block) {
        for (std::int64_t i = 0; i < line.output; ++i) {
            const float at = coordinate(coordinates, line, i);
            const float low = std::floor(at);
            const double* first = values.data() + (block * line.input + clamped(low, line.input)) * inner;
            const double* second = values.data() + (block * line.input + clamped(low + 1.0F, line.input)) * inner;
            const double share = at - low;
            for (std::int64_t k = 0; k < inner; ++k) result.push_back(first[k] * (1.0 - share) + second[k] * share);
        }
    }
    return result;
}

Tensor linear(const Resize& resize, const Tensor& x) {
    std::vector<double> values(x.elements.begin(), x.elements.end());
    std::int64_t outer = 1;
    std::int64_t inner = element_count(x.shape);
    for (int axis = 0; axis < x.shape.rank(); ++axis) {
        const Line line = line_of(resize, x.shape, axis);
        inner /= std::max<std::int64_t>(line.input, 1);
        values = interpolated(values, resize.coordinates, line, outer, inner);
        outer *= line.output;
    }
    return {resize.sizes, {values.begin(), values.end()}};
}

}  // namespace

Tensor compute(const Resize& resize, Operands inputs, const Shape&) {
    return resize.mode == ResizeMode::Nearest ? nearest(resize, *inputs[0]) : linear(resize, *inputs[0]);
}

}  // namespace abut::reference
