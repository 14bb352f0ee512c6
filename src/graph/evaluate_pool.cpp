// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>

#include "graph/evaluate_rules.hpp"

namespace abut::reference {

namespace {

/// The taps of a window along one axis.
struct Taps {
    std::int64_t first;  ///< where the window's first tap lies, negative in the padding
    std::int64_t begin;  ///< the taps that lie inside x
    std::int64_t end;
    std::int64_t padded_count;  ///< those inside x or its padding; with ceil_mode a window can reach beyond both
};

Taps taps_of(const Pool2d& pool, std::size_t axis, std::int64_t window, std::int64_t extent) {
    const std::int64_t kernel = pool.kernel[axis];
    const std::int64_t dilation = pool.dilations[axis];
    const std::int64_t first = window * pool.strides[axis] - pool.pads[axis];
    const std::int64_t begin = std::clamp<std::int64_t>(ceil_divided(-first, dilation), 0, kernel);
    const std::int64_t end = std::clamp<std::int64_t>(ceil_divided(extent - first, dilation), begin, kernel);
    const std::int64_t padded_extent = extent + pool.pads[axis + 2];
    return {first, begin, end, std::clamp<std::int64_t>(ceil_divided(padded_extent - first, dilation), 0, kernel)};
}

/// The result of one window of a plane of x that is `width` elements wide.
float pooled(const Pool2d& pool, const float* plane, std::int64_t width, const Taps& rows, const Taps& columns) {
    double sum = 0;
    float largest = -std::numeric_limits<float>::infinity();
    for (std::int64_t r = rows.begin; r < rows.end; ++r) {
        const float* row = plane + (rows.first + r * pool.dilations[0]) * width + columns.first;
        for (std::int64_t s = columns.begin; s < columns.end; ++s) {
            const float element = row[s * pool.dilations[1]];
            sum += element;
            largest = element > largest || std::isnan(element) ? element : largest;
        }
    }
    if (pool.kind == PoolKind::Max) return largest;
    const std::int64_t row_count = pool.count_include_pad ? rows.padded_count : rows.end - rows.begin;
    const std::int64_t column_count = pool.count_include_pad ? columns.padded_count : columns.end - columns.begin;
    // Dilated taps can all fall outside x; an average of nothing is 0.
    if (row_count == 0 || column_count == 0) return 0.0F;
    return static_cast<float>(sum / (static_cast<double>(row_count) * static_cast<double>(column_count)));
}

}  // namespace

Tensor compute(const Pool2d& pool, Operands inputs, const Shape& output) {
    const Tensor& x = *inputs[0];
    Tensor result = zeros(output);
    float* to = result.elements.data();
    for (std::int64_t plane = 0; plane < output[0] * output[1]; ++plane) {
        const float* from = x.elements.data() + plane * x.shape[2] * x.shape[3];
        for (std::int64_t row = 0; row < output[2]; ++row) {
            const Taps rows = taps_of(pool, 0, row, x.shape[2]);
            for (std::int64_t column = 0; column < output[3]; ++column) {
                *to++ = pooled(pool, from, x.shape[3], rows, taps_of(pool, 1, column, x.shape[3]));
            }
        }
    }
    return result;
}

}  // namespace abut::reference
