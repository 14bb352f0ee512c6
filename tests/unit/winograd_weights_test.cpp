// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "ops/packing.hpp"
#include "ops/winograd.hpp"
#include "zoo/generator.hpp"

namespace abut::ops {
namespace {

using Transform = std::vector<std::array<double, 3>>;

/// The G of Lavin and Gray for two rows of results, at 0, 1, -1 and infinity.
const Transform of_two{{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}};

struct Case {
    std::int64_t groups;
    std::int64_t out_channels;  ///< of a group
    std::int64_t channels;
    std::int64_t chunk;
    std::int64_t lanes;
};

/// One element after another in the order of the packed bytes: group, chunk, point, block, channel, lane.
std::vector<float> plainly_packed(const Case& of, const WeightsShape& shape, std::span<const float> weights) {
    std::vector<float> packed;
    const auto transformed = [&](std::int64_t kernel, const std::array<double, 3>& row,
                                 const std::array<double, 3>& column) {
        double sum = 0;
        for (std::size_t tap = 0; tap < 9; ++tap)
            sum += row[tap / 3] * column[tap % 3] * static_cast<double>(weights[static_cast<std::size_t>(kernel) + tap]);
        return static_cast<float>(sum);
    };
    for (std::int64_t group = 0; group < of.groups; ++group) {
        for (std::int64_t begin = 0; begin < of.channels; begin += of.chunk) {
            for (std::size_t point = 0; point < 16; ++point) {
                for (std::int64_t block = 0; block < of.out_channels; block += of.lanes) {
                    for (std::int64_t channel = begin; channel < std::min(begin + of.chunk, of.channels); ++channel) {
                        for (std::int64_t out = block; out < block + of.lanes; ++out) {
                            const std::int64_t kernel =
                                group * shape.group_stride + out * shape.out_channel_stride + channel * shape.channel_stride;
                            packed.push_back(
                                out < of.out_channels ? transformed(kernel, of_two[point / 4], of_two[point % 4]) : 0.0F);
                        }
                    }
                }
            }
        }
    }
    return packed;
}

TEST(WinogradWeights, HaveTheBitsOfOneSumAfterAnother) {
    zoo::Generator generator(1);
    for (const Case& of : {Case{1, 32, 8, 8, 16}, Case{1, 20, 7, 3, 16}, Case{2, 5, 6, 4, 8}, Case{1, 30, 4, 4, 12}}) {
        const Shape extents{of.groups * of.out_channels, of.channels, 3, 3};
        std::vector<float> weights(static_cast<std::size_t>(element_count(extents)));
        for (float& weight : weights) weight = generator.uniform(-1, 1);
        const WeightsShape shape = convolution_weights(extents, of.groups);
        const PackedConstant constant = winograd_weights(ValueId{0}, shape, 2, of.chunk, of.lanes);
        const auto expected = plainly_packed(of, shape, weights);
        ASSERT_EQ(constant.size_bytes, std::ssize(expected) * 4);
        std::vector<float> packed(expected.size(), -1);
        const void* source = weights.data();
        constant.pack(std::span(&source, 1), packed.data());
        EXPECT_EQ(packed, expected) << of.out_channels << " outputs in blocks of " << of.lanes;
        // A sum in float32 differs somewhere, so equality says that this one was double.
        const auto in_floats = [&](std::size_t kernel) {
            float sum = 0;
            for (std::size_t tap = 0; tap < 9; ++tap)
                sum += static_cast<float>(of_two[1][tap / 3] * of_two[1][tap % 3]) * weights[kernel + tap];
            return sum;
        };
        bool differs = false;
        for (std::size_t kernel = 0; kernel < weights.size(); kernel += 9)
            differs = differs || std::ranges::find(expected, in_floats(kernel)) == expected.end();
        EXPECT_TRUE(differs);
    }
}

}  // namespace
}  // namespace abut::ops
