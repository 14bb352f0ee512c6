// SPDX-License-Identifier: Apache-2.0
#include "ops/winograd.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "core/checked.hpp"

namespace abut::ops {
namespace {

using Row = std::array<double, 3>;

// The G of the paper, for 2 and for 4 rows of results; the points of the latter are those of kernels/cpu/conv2d_winograd.cl.
constexpr std::array<Row, 4> of_two{{{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}}};

/// Of the pair of points +-`point`, whose product with `other` is 1.
constexpr Row row_of(double point, double other) {
    const double scale = 1 / (2 * point * point * (point * point - other * other));
    return {scale, scale * point, scale * point * point};
}
constexpr double near = 2.0 / 3.0;
constexpr double far = 3.0 / 2.0;
constexpr std::array<Row, 6> of_four{
    {{1, 0, 0}, row_of(near, far), row_of(-near, far), row_of(far, near), row_of(-far, near), {0, 0, 1}}};

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

/// Writes transformed weights one channel of a block after another.
struct WinogradWriter {
    const WeightsShape& shape;
    std::int64_t lanes;
    float* to;

    /// `from` is the channel's kernel of the block's first output channel.
    void write_lanes(const float* from, std::int64_t used_lanes, const Row& row, const Row& column) {
        for (std::int64_t lane = 0; lane < used_lanes; ++lane)
            to[lane] = transformed(from + lane * shape.out_channel_stride, row, column);
        std::fill(to + used_lanes, to + lanes, 0.0F);
        to += lanes;
    }

    /// `channels` of all blocks at one point.
    void write_point(const float* from, std::int64_t channels, const Row& row, const Row& column) {
        for (std::int64_t first = 0; first < shape.out_channels; first += lanes) {
            const float* of_block = from + first * shape.out_channel_stride;
            for (std::int64_t channel = 0; channel < channels; ++channel)
                write_lanes(of_block + channel * shape.channel_stride, std::min(lanes, shape.out_channels - first), row,
                            column);
        }
    }

    void write_group(const float* from, std::int64_t chunk, std::span<const Row> transform) {
        for (std::int64_t begin = 0; begin < shape.channels; begin += chunk) {
            for (const Row& row : transform) {
                for (const Row& column : transform)
                    write_point(from + begin * shape.channel_stride, std::min(chunk, shape.channels - begin), row, column);
            }
        }
    }
};

}  // namespace

PackedConstant winograd_weights(ValueId source, const WeightsShape& shape, std::int64_t outputs, std::int64_t chunk,
                                std::int64_t lanes) {
    const std::int64_t points = winograd_points(outputs) * winograd_points(outputs);
    PackedConstant packed;
    packed.sources = {source};
    packed.key = fmt::format(
        "weights of {} groups, {} outputs, {} channels, transformed for {}x{} results, in blocks of {}, chunks of {}",
        shape.groups, shape.out_channels, shape.channels, outputs, outputs, lanes, chunk);
    const std::int64_t rows = core::checked_multiply(shape.groups * shape.channels, points);
    packed.size_bytes = core::checked_multiply(rows, rounded_up(shape.out_channels, lanes) * element_bytes);
    packed.pack = [=](std::span<const void* const> sources, void* to) {
        const auto* from = static_cast<const float*>(sources.front());
        WinogradWriter writer{.shape = shape, .lanes = lanes, .to = static_cast<float*>(to)};
        for (std::int64_t group = 0; group < shape.groups; ++group)
            writer.write_group(from + group * shape.group_stride, chunk, transform_of(outputs));
    };
    return packed;
}

}  // namespace abut::ops
