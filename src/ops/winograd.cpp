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

/// What each of a kernel's weights counts at one point of G g G^T.
using Factors = std::vector<double>;

std::vector<Factors> factors_of(const WinogradFilter& filter) {
    const auto columns = transform_of_taps(filter.columns);
    std::vector<Factors> points;
    for (const auto& row : transform_of_taps(filter.rows)) {
        for (const auto& column : columns) {
            auto& factors = points.emplace_back();
            for (const double of_row : row) {
                for (const double of_column : column) factors.push_back(of_row * of_column);
            }
        }
    }
    return points;
}

/// The kernels of a few output channels, tap by tap, so that they are transformed side by side.
constexpr std::int64_t together = 8;
using Kernels = std::vector<std::array<double, together>>;

/// Writes transformed weights: for each chunk of channels all points, at each point block after block.
struct WinogradWriter {
    const WeightsShape& shape;
    std::int64_t lanes;
    std::span<const Factors> points;
    float* to;
    Kernels kernels;  ///< those that are being transformed

    [[nodiscard]] std::int64_t padded_channels() const { return rounded_up(shape.out_channels, lanes); }

    /// `from` is the channel's kernel of output channel `first`; those behind the last are zeros.
    void read_kernels(const float* from, std::int64_t first, std::int64_t end) {
        std::ranges::fill(kernels, Kernels::value_type{});
        const auto used = static_cast<std::size_t>(std::clamp(shape.out_channels - first, std::int64_t{0}, end - first));
        for (std::size_t lane = 0; lane < used; ++lane) {
            const float* kernel = from + static_cast<std::int64_t>(lane) * shape.out_channel_stride;
            for (std::size_t tap = 0; tap < kernels.size(); ++tap) kernels[tap][lane] = static_cast<double>(kernel[tap]);
        }
    }

    /// At all points, which lie `point_stride` apart.
    void write_kernels(float* first, std::int64_t count, std::int64_t point_stride) const {
        for (const Factors& factors : points) {
            std::array<double, together> sums{};
            for (std::size_t tap = 0; tap < factors.size(); ++tap) {
                for (std::size_t lane = 0; lane < together; ++lane) sums[lane] += factors[tap] * kernels[tap][lane];
            }
            std::array<float, together> rounded{};
            for (std::size_t lane = 0; lane < together; ++lane) rounded[lane] = static_cast<float>(sums[lane]);
            std::copy_n(rounded.begin(), count, first);
            first += point_stride;
        }
    }

    void write_chunk(const float* from, std::int64_t channels) {
        const std::int64_t point_stride = channels * padded_channels();
        for (std::int64_t first = 0; first < padded_channels(); first += lanes) {
            for (std::int64_t channel = 0; channel < channels; ++channel) {
                const float* of_channel = from + channel * shape.channel_stride;
                float* const row = to + first * channels + channel * lanes;
                for (std::int64_t lane = 0; lane < lanes; lane += together) {
                    const std::int64_t count = std::min(lanes - lane, together);
                    read_kernels(of_channel + (first + lane) * shape.out_channel_stride, first + lane, first + lane + count);
                    write_kernels(row + lane, count, point_stride);
                }
            }
        }
        to += point_stride * std::ssize(points);
    }

    void write_group(const float* from, std::int64_t chunk) {
        for (std::int64_t begin = 0; begin < shape.channels; begin += chunk)
            write_chunk(from + begin * shape.channel_stride, std::min(chunk, shape.channels - begin));
    }
};

}  // namespace

PackedConstant winograd_weights(ValueId source, const WeightsShape& shape, std::int64_t outputs, std::int64_t chunk,
                                std::int64_t lanes) {
    const WinogradFilter filter = winograd_filter(shape.kernel_height, shape.kernel_width, outputs);
    PackedConstant packed;
    packed.sources = {source};
    packed.key = fmt::format(
        "weights of {} groups, {} outputs, {} channels, {}x{}, transformed for {}x{} results, in blocks of {}, chunks of {}",
        shape.groups, shape.out_channels, shape.channels, shape.kernel_height, shape.kernel_width, filter.rows.results,
        filter.columns.results, lanes, chunk);
    const std::int64_t rows = core::checked_multiply(shape.groups * shape.channels, filter.points());
    packed.size_bytes = core::checked_multiply(rows, rounded_up(shape.out_channels, lanes) * element_bytes);
    packed.pack = [=](std::span<const void* const> sources, void* to) {
        const auto* from = static_cast<const float*>(sources.front());
        const auto factors = factors_of(filter);
        WinogradWriter writer{.shape = shape,
                              .lanes = lanes,
                              .points = factors,
                              .to = static_cast<float*>(to),
                              .kernels = Kernels(factors.front().size())};
        for (std::int64_t group = 0; group < shape.groups; ++group)
            writer.write_group(from + group * shape.group_stride, chunk);
    };
    return packed;
}

}  // namespace abut::ops
