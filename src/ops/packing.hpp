// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "abut/shape.hpp"
#include "ops/kernel_spec.hpp"

namespace abut::ops {

/// Lanes of the vectors that kernels compute with.
constexpr std::int64_t vector_lanes = 16;

constexpr std::int64_t divided_up(std::int64_t value, std::int64_t by) {
    return (value + by - 1) / by;
}
constexpr std::int64_t rounded_up(std::int64_t value, std::int64_t to) {
    return divided_up(value, to) * to;
}

/// The elements as they are, then `padding` zeros.
PackedConstant packed_copy(ValueId source, std::int64_t elements, std::int64_t padding);

/// In which order the reduction of a convolution runs; see kernels/cpu/window.cl.
struct ReductionOrder {
    bool channels_before_columns = false;  ///< (row, channel, column of the kernel) instead of (row, column, channel)
    std::int64_t chunk = 0;                ///< channels; the outermost loop runs over chunks of them
};

/// Weights that are packed: extents of a group, and distances between neighbours in elements of the row-major source.
struct WeightsShape {
    std::int64_t groups = 1;
    std::int64_t out_channels = 1;
    std::int64_t channels = 1;
    std::int64_t kernel_height = 1;
    std::int64_t kernel_width = 1;
    std::int64_t group_stride = 0;
    std::int64_t out_channel_stride = 0;
    std::int64_t channel_stride = 0;
};

/// Of a Conv2d: {groups * out_channels, channels, kernel_height, kernel_width}.
WeightsShape convolution_weights(const Shape& weights, std::int64_t groups);
/// Of a ConvTranspose2d: {groups * channels, out_channels, kernel_height, kernel_width}.
WeightsShape transposed_weights(const Shape& weights, std::int64_t groups);

/// Rows and columns of the kernel that are packed together, in the order of the reduction.
struct TapGrid {
    std::vector<std::int64_t> rows;
    std::vector<std::int64_t> columns;
};

/// The whole kernel, from its first row and column on.
TapGrid all_taps(const WeightsShape& shape);

/// [group][grid][block of `lanes` output channels][k][lane], k in the given order, lanes past the last output channel zero.
PackedConstant packed_weights(ValueId source, const WeightsShape& shape, const std::vector<TapGrid>& grids,
                              const ReductionOrder& order, std::int64_t lanes);

}  // namespace abut::ops
