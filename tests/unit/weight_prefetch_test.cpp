// SPDX-License-Identifier: Apache-2.0
// Which weights each step is told to bring near.
#include "program/weight_prefetch.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "abut/graph.hpp"
#include "ops/lower.hpp"
#include "ops/window_step.hpp"
#include "support/host_memory.hpp"

namespace abut::programs {
namespace {

constexpr std::int64_t workers = 4;
constexpr std::int64_t channels = 64;

DeviceProfile profile() {
    DeviceProfile device;
    device.compute_units = workers;
    return device;
}

/// A 1x1 convolution of `size` x `size` pixels.
LoweredVariants convolution(std::int64_t size) {
    const auto operand = [](const Shape& shape) {
        return ops::Operand{ViewSpec(DType::Float32, Layout::channels_last(shape), Alignment{64, 0}), {}};
    };
    const Shape shape{1, channels, size, size};
    const ops::StepSpec step{
        .operation = Conv2d{},
        .reads = {operand(shape), ops::Operand{ViewSpec(DType::Float32, {channels, channels, 1, 1}), ValueId{1}}},
        .writes = {operand(shape)}};
    return {.promised = ops::lower(step, profile()), .unaligned = {}};
}

std::int64_t argument(const LoweredVariants& step, int ops::WeightPrefetch::*which) {
    return step.promised.arguments.at(static_cast<std::size_t>((*step.promised.prefetch).*which)).value;
}

struct Expected {
    std::int64_t distance = 0;
    std::int64_t tiles = 1;
    bool operator==(const Expected&) const = default;
};

Expected told(const LoweredVariants& step) {
    return {.distance = argument(step, &ops::WeightPrefetch::distance),
            .tiles = argument(step, &ops::WeightPrefetch::tiles)};
}

constexpr std::int64_t weight_bytes = channels * channels * 4;

TEST(WeightPrefetches, AreOfTheNextStepThatHasWeights) {
    std::vector<LoweredVariants> steps{convolution(56), {}, convolution(28), convolution(28)};
    const auto memory = std::make_shared<test::HostAllocation>(64);
    PackedSteps packed;
    for (const std::int64_t place : {0, 0, 3, 1}) packed.promised.push_back({{memory, place * weight_bytes}});
    packed.unaligned.resize(4);
    prefetch_weights(steps, packed, profile());
    const auto share = [&](std::size_t i) { return (steps[i].promised.tiles + workers - 1) / workers; };
    EXPECT_EQ(told(steps[0]), (Expected{.distance = 3 * channels * channels, .tiles = share(0)}));
    EXPECT_EQ(told(steps[2]), (Expected{.distance = -2 * channels * channels, .tiles = share(2)}));
    EXPECT_EQ(told(steps[3]), Expected{});  // the last
}

TEST(WeightPrefetches, ReachAllThatComesNext) {
    std::vector<LoweredVariants> steps{convolution(56), convolution(7)};
    const auto memory = std::make_shared<test::HostAllocation>(64);
    prefetch_weights(steps, {.promised = {{{memory, 0}}, {{memory, weight_bytes}}}, .unaligned = {{}, {}}}, profile());
    const auto step = argument(steps[0], &ops::WeightPrefetch::step);
    EXPECT_GT(step, 0);
    EXPECT_LE(step, 16);  // no line is left out
    const auto made = steps[0].promised.prefetch->prefetches * argument(steps[0], &ops::WeightPrefetch::tiles);
    EXPECT_GE(made * step, channels * channels);
}

TEST(WeightPrefetches, OfAWorkerAreTheRangesThatItsTilesRead) {
    std::vector<LoweredVariants> steps{convolution(56), convolution(56)};
    steps[1].promised.prefetch->parts = 2 * workers;
    const auto memory = std::make_shared<test::HostAllocation>(64);
    const auto told_share = [&] {
        prefetch_weights(steps, {.promised = {{{memory, 0}}, {{memory, weight_bytes}}}, .unaligned = {{}, {}}}, profile());
        return argument(steps[0], &ops::WeightPrefetch::share);
    };
    EXPECT_EQ(told_share(), channels * channels / workers);
    steps[1].promised.prefetch->parts = workers - 1;
    EXPECT_EQ(told_share(), 0);  // not enough ranges for each to have its own
}

TEST(WeightPrefetches, KnowWhichWeightsLieSideBySide) {
    EXPECT_EQ(ops::parts_of_weights(1, 4), 4);
    EXPECT_EQ(ops::parts_of_weights(2, 1), 2);
    EXPECT_EQ(ops::parts_of_weights(2, 4), 1);  // a range of each group
}

TEST(WeightPrefetches, AreNoneOfOtherMemory) {
    std::vector<LoweredVariants> steps{convolution(56), convolution(28)};
    prefetch_weights(
        steps,
        {.promised = {{{std::make_shared<test::HostAllocation>(64), 0}}, {{std::make_shared<test::HostAllocation>(64), 64}}},
         .unaligned = {{}, {}}},
        profile());
    EXPECT_EQ(told(steps[0]), Expected{});
}

}  // namespace
}  // namespace abut::programs
