// SPDX-License-Identifier: Apache-2.0
#include "ops/resize_taps.hpp"

#include <cmath>
#include <cstddef>
#include <limits>

#include "core/fail.hpp"

namespace abut::ops {
namespace {

struct Axis {
    float in = 0;
    float out = 0;
    float scale = 1;
};

Axis axis_of(const Resize& resize, const Shape& x, int axis) {
    core::require(x[axis] > 0 && x[axis] <= std::numeric_limits<std::int32_t>::max(),
                  "resize was given an axis of {} elements", x[axis]);
    require_table_size(resize.sizes[axis]);
    return {.in = static_cast<float>(x[axis]),
            .out = static_cast<float>(resize.sizes[axis]),
            .scale = resize.scales[static_cast<std::size_t>(axis)]};
}

/// coordinate_transformation_mode of ONNX's Resize; its length_resized is scale * in.
float coordinate_in_x(ResizeCoordinates coordinates, const Axis& axis, float i) {
    const float centred = (i + 0.5F) / axis.scale - 0.5F;
    switch (coordinates) {
        case ResizeCoordinates::HalfPixel:
            return centred;
        case ResizeCoordinates::PytorchHalfPixel:
            return axis.out > 1 ? centred : 0;
        case ResizeCoordinates::HalfPixelSymmetric:
            return axis.in / 2 * (1 - axis.out / (axis.scale * axis.in)) + centred;
        case ResizeCoordinates::AlignCorners: {
            const float last = axis.scale * axis.in - 1;
            return last == 0 ? 0 : i * (axis.in - 1) / last;
        }
        case ResizeCoordinates::Asymmetric:
            return i / axis.scale;
    }
    core::fail(ErrorCode::Unsupported, "resize was given coordinates that kernels don't know");
}

float rounded(ResizeRounding rounding, float coordinate) {
    switch (rounding) {
        case ResizeRounding::PreferFloor:
            return std::ceil(coordinate - 0.5F);
        case ResizeRounding::PreferCeil:
            return std::floor(coordinate + 0.5F);
        case ResizeRounding::Floor:
            return std::floor(coordinate);
        case ResizeRounding::Ceil:
            return std::ceil(coordinate);
    }
    core::fail(ErrorCode::Unsupported, "resize was given a rounding that kernels don't know");
}

/// The element nearest to a coordinate, which may lie outside x or be no number.
std::int32_t element_at(float coordinate, const Axis& axis) {
    if (!(coordinate > 0)) return 0;
    const float last = axis.in - 1;
    return static_cast<std::int32_t>(coordinate < last ? coordinate : last);
}

}  // namespace

bool is_kept(const Resize& resize, const Shape& x, int axis) {
    return resize.sizes[axis] == x[axis] && resize.scales[static_cast<std::size_t>(axis)] == 1.0F;
}

AxisMap nearest_map(const Resize& resize, const Shape& x, int axis) {
    const Axis line = axis_of(resize, x, axis);
    AxisMap map;
    for (std::int64_t i = 0; i < resize.sizes[axis]; ++i) {
        const float coordinate = coordinate_in_x(resize.coordinates, line, static_cast<float>(i));
        map.push_back(element_at(rounded(resize.rounding, coordinate), line));
    }
    return map;
}

LinearTaps linear_taps(const Resize& resize, const Shape& x, int axis) {
    const Axis line = axis_of(resize, x, axis);
    LinearTaps taps;
    for (std::int64_t i = 0; i < resize.sizes[axis]; ++i) {
        const float coordinate = coordinate_in_x(resize.coordinates, line, static_cast<float>(i));
        const float below = std::floor(coordinate);
        taps.low.push_back(element_at(below, line));
        taps.high.push_back(element_at(below + 1, line));
        taps.share.push_back(coordinate - below);
    }
    return taps;
}

}  // namespace abut::ops
