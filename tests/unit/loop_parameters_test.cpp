// SPDX-License-Identifier: Apache-2.0
#include "ops/loop_parameters.hpp"

#include <gtest/gtest.h>

#include "ops/packing.hpp"

namespace abut::ops {
namespace {

constexpr std::int64_t rows = 88;
constexpr std::int64_t visits = 792;  // of each element by a pool of 3x3 in a row of 88, so that chunks are short

Tiling tiling_of(std::int64_t length, KernelFamily kernels) {
    DeviceProfile device;
    device.kernels = kernels;
    device.compute_units = 2;
    return tiling(rows, length, visits, device);
}

TEST(Tiling, CoversEachRow) {
    for (std::int64_t length = 1; length < 200; ++length) {
        const Tiling tiles = tiling_of(length, KernelFamily::Cpu);
        EXPECT_GE(tiles.chunk * tiles.chunks, length);
        EXPECT_LT(tiles.chunk * (tiles.chunks - 1), length);
        EXPECT_EQ(tiles.tiles, divided_up(rows, tiles.block) * tiles.chunks);
    }
}

TEST(Tiling, LeavesNoChunkOfLessThanAVectorOnCpus) {
    for (std::int64_t length = vector_lanes; length < 200; ++length) {
        const Tiling tiles = tiling_of(length, KernelFamily::Cpu);
        EXPECT_GE(length - tiles.chunk * (tiles.chunks - 1), vector_lanes) << length;
    }
    EXPECT_EQ(tiling_of(24, KernelFamily::Cpu).chunks, 1);
    EXPECT_EQ(tiling_of(32, KernelFamily::Cpu).chunks, 2)
        << "the control: chunks are as short as a vector where they can be";
}

}  // namespace
}  // namespace abut::ops
