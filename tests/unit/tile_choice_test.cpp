// SPDX-License-Identifier: Apache-2.0
#include "ops/tile_choice.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

namespace abut::ops {
namespace {

const DeviceProfile wide_cpu{.compute_units = 2, .vector_bytes = 64, .vector_registers = 32};

/// A convolution of 64 to 96 channels whose output is a slice of so many.
StepSpec convolution(std::int64_t kernel, std::int64_t winograd, std::int64_t pitch = 96) {
    const std::int64_t pad = kernel / 2;
    auto y = ViewSpec::nhwc({1, pitch, 28, 28});
    y.layout.shape = {1, 96, 28, 28};
    return {
        .operation = Conv2d{.pads = {pad, pad, pad, pad}, .winograd = winograd},
        .reads = {{ViewSpec::nhwc({1, 64, 28, 28}), {}}, {ViewSpec(DType::Float32, {96, 64, kernel, kernel}), ValueId{1}}},
        .writes = {{y, {}}}};
}

/// What a step in that tile calls: the variant and its numbers.
std::pair<KernelSpec, std::vector<std::int64_t>> call_of(StepSpec step, const Tile& tile) {
    step.tile = tile;
    const auto lowered = lower(step, wide_cpu);
    std::vector<std::int64_t> numbers;
    for (const auto& argument : lowered.arguments) numbers.push_back(argument.value);
    return {lowered.spec, numbers};
}

TEST(TileChoice, BeginsWithTheEstimatedTile) {
    for (const auto& step : {convolution(1, 0), convolution(3, 0), convolution(3, 2), convolution(3, 4)}) {
        const auto tiles = tiles_to_measure(step, wide_cpu, 5);
        ASSERT_GE(tiles.size(), 3U) << tile_problem(step, wide_cpu);
        ASSERT_LE(tiles.size(), 5U);
        EXPECT_EQ(call_of(step, tiles.front()), call_of(step, {}));
        for (std::size_t i = 1; i < tiles.size(); ++i)
            EXPECT_TRUE(call_of(step, tiles[i]) != call_of(step, {})) << to_string(tiles[i]);
    }
}

TEST(TileChoice, IsOfExtentsWhateverTheViews) {
    EXPECT_EQ(tile_problem(convolution(3, 0), wide_cpu), tile_problem(convolution(3, 0, 256), wide_cpu));
    EXPECT_NE(tile_problem(convolution(3, 0), wide_cpu), tile_problem(convolution(3, 4), wide_cpu));
    EXPECT_NE(tile_problem(convolution(3, 0), wide_cpu), tile_problem(convolution(1, 0), wide_cpu));
    auto gpu = wide_cpu;
    gpu.kernels = KernelFamily::Gpu;
    EXPECT_EQ(tile_problem(convolution(3, 0), gpu), "");
}

/// A channel chunk of squares ends a sum: other chunks, other bits.
TEST(TileChoice, OfSquaresKeepsTheChunk) {
    const auto tiles = tiles_to_measure(convolution(3, 4), wide_cpu, 20);
    for (const auto& tile : tiles)
        EXPECT_EQ(std::get<WinogradTile>(tile).chunk, std::get<WinogradTile>(tiles.front()).chunk);
}

TEST(TileChoice, OfATableIsTakenWhereTheKernelCanHaveIt) {
    for (const auto& step : {convolution(1, 0), convolution(3, 4)}) {
        const auto other = tiles_to_measure(step, wide_cpu, 2).at(1);
        const auto in = [&](const Tile& tile) {
            return in_tile_of({{tile_problem(step, wide_cpu), tile}}, step, wide_cpu).tile;
        };
        EXPECT_EQ(in(other), other);
        EXPECT_EQ(in_tile_of({{"another problem", other}}, step, wide_cpu).tile, Tile());
        EXPECT_EQ(in(WindowTile{.width = 1000}), Tile()) << "more than registers hold";
        EXPECT_EQ(in(GroupTile{}), Tile());
        EXPECT_EQ(in(WinogradTile{.chunk = 16, .products = {.width = 9, .vectors = 2}}), Tile());
    }
}

}  // namespace
}  // namespace abut::ops
