// SPDX-License-Identifier: Apache-2.0
#include "ops/packing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <string>

#include "core/checked.hpp"

namespace abut::ops {
namespace {

/// Writes packed weights one k after another.
struct WeightsWriter {
    const WeightsShape& shape;
    const ReductionOrder& order;
    std::int64_t lanes;
    float* to;

    /// The next k: `from` of the block's first output channel and its neighbours.
    void write_row(const float* from, std::int64_t used_lanes) {
        for (std::int64_t lane = 0; lane < used_lanes; ++lane) to[lane] = from[lane * shape.out_channel_stride];
        std::fill(to + used_lanes, to + lanes, 0.0F);
        to += lanes;
    }

    void write_block(const float* from, std::int64_t used_lanes, const TapGrid& grid) {
        for (std::int64_t begin = 0; begin < shape.channels; begin += order.chunk) {
            const std::int64_t end = std::min(begin + order.chunk, shape.channels);
            for (const std::int64_t row : grid.rows) {
                const float* row_from = from + row * shape.kernel_width;
                if (order.channels_before_columns) {
                    for (std::int64_t channel = begin; channel < end; ++channel) {
                        for (const std::int64_t column : grid.columns) {
                            write_row(row_from + channel * shape.channel_stride + column, used_lanes);
                        }
                    }
                    continue;
                }
                for (const std::int64_t column : grid.columns) {
                    for (std::int64_t channel = begin; channel < end; ++channel) {
                        write_row(row_from + channel * shape.channel_stride + column, used_lanes);
                    }
                }
            }
        }
    }

    void write_group(const float* from, const std::vector<TapGrid>& grids) {
        for (const TapGrid& grid : grids) {
            for (std::int64_t first = 0; first < shape.out_channels; first += lanes) {
                write_block(from + first * shape.out_channel_stride, std::min(lanes, shape.out_channels - first), grid);
            }
        }
    }
};

std::vector<std::int64_t> counted(std::int64_t count) {
    std::vector<std::int64_t> numbers(static_cast<std::size_t>(count));
    std::iota(numbers.begin(), numbers.end(), 0);
    return numbers;
}

/// "rows 0,1,2 columns 0,1,2": what a key says of the taps.
std::string taps_text(const std::vector<TapGrid>& grids) {
    std::string text;
    for (const TapGrid& grid : grids) {
        text += fmt::format(" rows {} columns {}", fmt::join(grid.rows, ","), fmt::join(grid.columns, ","));
    }
    return text;
}

std::int64_t tap_count(const std::vector<TapGrid>& grids) {
    std::int64_t count = 0;
    for (const TapGrid& grid : grids) count += std::ssize(grid.rows) * std::ssize(grid.columns);
    return count;
}

}  // namespace

PackedConstant packed_copy(ValueId source, std::int64_t elements, std::int64_t padding) {
    PackedConstant packed;
    packed.sources = {source};
    packed.key = fmt::format("copy of {} elements and {} zeros", elements, padding);
    packed.size_bytes = core::checked_multiply(core::checked_add(elements, padding), element_bytes);
    packed.pack = [elements, padding](std::span<const void* const> sources, void* to) {
        const auto* from = static_cast<const float*>(sources.front());
        auto* elements_to = static_cast<float*>(to);
        std::fill_n(std::copy_n(from, elements, elements_to), padding, 0.0F);
    };
    return packed;
}

WeightsShape convolution_weights(const Shape& weights, std::int64_t groups) {
    const std::int64_t area = weights[2] * weights[3];
    return {.groups = groups,
            .out_channels = weights[0] / groups,
            .channels = weights[1],
            .kernel_height = weights[2],
            .kernel_width = weights[3],
            .group_stride = weights[0] / groups * weights[1] * area,
            .out_channel_stride = weights[1] * area,
            .channel_stride = area};
}

WeightsShape transposed_weights(const Shape& weights, std::int64_t groups) {
    const std::int64_t area = weights[2] * weights[3];
    return {.groups = groups,
            .out_channels = weights[1],
            .channels = weights[0] / groups,
            .kernel_height = weights[2],
            .kernel_width = weights[3],
            .group_stride = weights[0] / groups * weights[1] * area,
            .out_channel_stride = area,
            .channel_stride = weights[1] * area};
}

TapGrid all_taps(const WeightsShape& shape) {
    return {.rows = counted(shape.kernel_height), .columns = counted(shape.kernel_width)};
}

PackedConstant packed_weights(ValueId source, const WeightsShape& shape, const std::vector<TapGrid>& grids,
                              const ReductionOrder& order, std::int64_t lanes) {
    const std::int64_t out_channels = rounded_up(shape.out_channels, lanes);
    PackedConstant packed;
    packed.sources = {source};
    packed.key = fmt::format(
        "weights of {} groups, {} outputs, {} channels, kernel {}x{}, strides {} {} {}, in blocks of {}, {} first, chunks "
        "of {}:{}",
        shape.groups, shape.out_channels, shape.channels, shape.kernel_height, shape.kernel_width, shape.group_stride,
        shape.out_channel_stride, shape.channel_stride, lanes, order.channels_before_columns ? "columns" : "channels",
        order.chunk, taps_text(grids));
    const std::int64_t rows = core::checked_multiply(shape.groups * shape.channels, tap_count(grids));
    packed.size_bytes = core::checked_multiply(rows, out_channels * element_bytes);
    packed.pack = [=](std::span<const void* const> sources, void* to) {
        const auto* from = static_cast<const float*>(sources.front());
        WeightsWriter writer{.shape = shape, .order = order, .lanes = lanes, .to = static_cast<float*>(to)};
        for (std::int64_t group = 0; group < shape.groups; ++group)
            writer.write_group(from + group * shape.group_stride, grids);
    };
    return packed;
}

}  // namespace abut::ops
