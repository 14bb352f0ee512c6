// SPDX-License-Identifier: Apache-2.0
#include "onnx/resample_matrix.hpp"

#include <algorithm>
#include <cmath>

#include "core/fail.hpp"
#include "core/printable.hpp"

namespace abut::onnx {

namespace {

// Where output element `i` lies between the input's elements.
double coordinate(const std::string& mode, const ResampledAxis& axis, std::int64_t i) {
    const auto x = static_cast<double>(i);
    const auto extent = static_cast<double>(axis.extent);
    const double width = axis.scale * extent;
    if (mode == "asymmetric") return x / axis.scale;
    if (mode == "align_corners") return width <= 1 ? 0 : x * (extent - 1) / (width - 1);
    if (mode == "pytorch_half_pixel" && width <= 1) return -0.5;
    if (mode == "tf_half_pixel_for_nn") return (x + 0.5) / axis.scale;
    const double half_pixel = (x + 0.5) / axis.scale - 0.5;
    if (mode == "half_pixel" || mode == "pytorch_half_pixel") return half_pixel;
    if (mode == "half_pixel_symmetric") return extent / 2 * (1 - static_cast<double>(axis.size) / width) + half_pixel;
    core::require(mode == "tf_crop_and_resize", "attribute 'coordinate_transformation_mode' is '{}', which is not known",
                  core::printable(mode));
    const double crop = (axis.crop_end - axis.crop_begin) * (extent - 1);
    const double inside = axis.size <= 1 ? crop / 2 : x * crop / static_cast<double>(axis.size - 1);
    return axis.crop_begin * (extent - 1) + inside;
}

double rounded(const std::string& mode, double x) {
    if (mode == "round_prefer_floor") return std::ceil(x - 0.5);
    if (mode == "round_prefer_ceil") return std::floor(x + 0.5);
    if (mode == "floor") return std::floor(x);
    core::require(mode == "ceil", "attribute 'nearest_mode' is '{}', which is not known", core::printable(mode));
    return std::ceil(x);
}

// Keys' kernel: interpolating, with slope a at distance 1.
double cubic_kernel(double distance, double a) {
    const double x = std::abs(distance);
    if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

double kernel(const Resampling& resampling, double distance) {
    if (resampling.mode == "cubic") return cubic_kernel(distance, static_cast<double>(resampling.cubic_a));
    return std::max(1 - std::abs(distance), 0.0);
}

// The row of weights for position `x`: elements outside stand for the border's, or for nothing.
void fill_row(const Resampling& resampling, const ResampledAxis& axis, double x, float* row) {
    const double stretch = resampling.antialias ? std::min(axis.scale, 1.0) : 1;
    const auto reach = static_cast<std::int64_t>(std::ceil((resampling.mode == "cubic" ? 2 : 1) / stretch));
    const auto base = static_cast<std::int64_t>(std::floor(x));
    std::vector<double> weights(static_cast<std::size_t>(axis.extent));
    double sum = 0;
    for (std::int64_t i = base - reach + 1; i <= base + reach; ++i) {
        if (resampling.exclude_outside && (i < 0 || i >= axis.extent)) continue;
        const double weight = kernel(resampling, (static_cast<double>(i) - x) * stretch);
        weights[static_cast<std::size_t>(std::clamp<std::int64_t>(i, 0, axis.extent - 1))] += weight;
        sum += weight;
    }
    const bool normalise = (resampling.exclude_outside || resampling.antialias) && sum != 0;
    std::ranges::transform(weights, row,
                           [&](double weight) { return static_cast<float>(normalise ? weight / sum : weight); });
}

}  // namespace

ResampleMatrix resample_matrix(const Resampling& resampling, const ResampledAxis& axis) {
    const auto columns = static_cast<std::size_t>(axis.extent);
    const auto last = static_cast<double>(axis.extent - 1);
    ResampleMatrix matrix;
    matrix.weights.resize(static_cast<std::size_t>(axis.size) * columns);
    for (std::int64_t i = 0; i < axis.size; ++i) {
        const double x = coordinate(resampling.coordinates, axis, i);
        float* row = matrix.weights.data() + static_cast<std::size_t>(i) * columns;
        if (resampling.coordinates == "tf_crop_and_resize" && !(x >= 0 && x <= last)) {
            matrix.summand.resize(static_cast<std::size_t>(axis.size));
            matrix.summand[static_cast<std::size_t>(i)] = resampling.extrapolation;
        } else if (resampling.mode == "nearest") {
            row[static_cast<std::size_t>(std::clamp(rounded(resampling.rounding, x), 0.0, last))] = 1;
        } else {
            fill_row(resampling, axis, std::clamp(x, -4.0, last + 4), row);
        }
    }
    return matrix;
}

}  // namespace abut::onnx
