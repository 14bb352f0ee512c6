// SPDX-License-Identifier: Apache-2.0
#include "ops/winograd.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "core/checked.hpp"

namespace abut::ops {
namespace {

using Row = std::array<double, 3>;

// The G of the paper, for 2 and for 4 rows of results.
constexpr std::array<Row, 4> of_two{{{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}}};
constexpr std::array<Row, 6> of_four{{{1.0 / 4, 0, 0},
                                      {-1.0 / 6, -1.0 / 6, -1.0 / 6},
                                      {-1.0 / 6, 1.0 / 6, -1.0 / 6},
                                      {1.0 / 24, 1.0 / 12, 1.0 / 6},
                                      {1.0 / 24, -1.0 / 12, 1.0 / 6},
                                      {0, 0, 1}}};

std::span<const Row> transform_of(std::int64_t outputs) {
    if (outputs == 2) return of_two;
    return of_four;
}

/// G g G^T at one point, of a kernel's nine weights.
float transformed(const float* kernel, const Row& row, const Row& column) {
    double sum = 0;
    for (std::size_t r = 0; r < row.size(); ++r) {
        for (std::size_t c = 0; c < column.size(); ++c) sum += row[r] * column[c] * static_cast<double>(kernel[r * 3 + c]);
    }
    return static_cast<float>(sum);
}

}  // namespace

PackedConstant winograd_weights(ValueId source, const WeightsShape& shape, std::int64_t outputs, std::int64_t chunk,
                                std::int64_t lanes) {
    const std::int64_t points = winograd_points(outputs) * winograd_points(outputs);
    const std::int64_t out_channels = rounded_up(shape.out_channels, lanes);
    PackedConstant packed;
    packed.sources = {source};
    packed.key = fmt::format(
        "weights of {} groups, {} outputs, {} channels, transformed for {}x{} results, in blocks of {}, chunks of {}",
        shape.groups, shape.out_channels, shape.channels, outputs, outputs, lanes, chunk);
    const std::int64_t rows = core::checked_multiply(shape.groups * shape.channels, points);
    packed.size_bytes = core::checked_multiply(rows, out_channels * element_bytes);
    packed.pack = [=](std::span<const void* const> sources, void* to) {
        const auto* from = static_cast<const float*>(sources.front());
        auto* next = static_cast<float*>(to);
        const auto rows_of_g = transform_of(outputs);
        const auto write_row = [&](std::int64_t group, std::int64_t channel, std::int64_t first, const Row& row,
                                   const Row& column) {
            for (std::int64_t lane = 0; lane < lanes; ++lane) {
                const std::int64_t output = first + lane;
                const float* kernel =
                    from + group * shape.group_stride + output * shape.out_channel_stride + channel * shape.channel_stride;
                *next++ = output < shape.out_channels ? transformed(kernel, row, column) : 0.0F;
            }
        };
        for (std::int64_t group = 0; group < shape.groups; ++group) {
            for (std::int64_t begin = 0; begin < shape.channels; begin += chunk) {
                const std::int64_t end = std::min(begin + chunk, shape.channels);
                for (const Row& row : rows_of_g) {
                    for (const Row& column : rows_of_g) {
                        for (std::int64_t first = 0; first < out_channels; first += lanes) {
                            for (std::int64_t channel = begin; channel < end; ++channel)
                                write_row(group, channel, first, row, column);
                        }
                    }
                }
            }
        }
    };
    return packed;
}

}  // namespace abut::ops
