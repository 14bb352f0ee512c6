// SPDX-License-Identifier: Apache-2.0
// Every tile that would be measured for a convolution or a product, in extents that fill none of them.
#include "ops/tile_choice.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "support/opencl_test.hpp"
#include "support/windows.hpp"

namespace abut::test {
namespace {

using Tiles = std::vector<ops::Tile>;

/// Lowers in the tile of this place, and notes the tiles that the step has.
Lowering in_tile(std::size_t place, const std::shared_ptr<Tiles>& tiles) {
    return [=](ops::StepSpec step, const DeviceProfile& device) {
        constexpr std::size_t most = 3;
        *tiles = ops::tiles_to_measure(step, device, most);
        if (place < tiles->size()) step.tile = (*tiles)[place];
        return ops::lower(step, device);
    };
}

void check(const std::string& name, const Operation& operation, const std::vector<StepInput>& inputs) {
    StepBatch batch;
    const auto tiles = std::make_shared<Tiles>();
    std::size_t place = 0;
    do {
        check_window(batch, name + " " + std::to_string(place), operation, inputs, Order::ChannelsLast,
                     in_tile(place, tiles));
        ++place;
    } while (place < tiles->size());
    EXPECT_EQ(batch.failures(), "");
    const bool has_choice = test_device().profile().kernels == KernelFamily::Cpu;
    EXPECT_EQ(tiles->size() > 1, has_choice);
}

void check(const ConvolutionCase& test) {
    check(test.name, operation_of(test), inputs_of(test));
}

TEST(TilesToMeasure, GiveTheReferencesResultsInSlices) {
    check({.name = "3x3",
           .x = {2, 37, 13, 11},
           .weights = {50, 37, 3, 3},
           .attributes = {.pads = {1, 1, 1, 1}},
           .has_prologue = true,
           .has_residual = true});
    check({.name = "strided", .x = {1, 3, 31, 29}, .weights = {24, 3, 5, 5}, .attributes = {.strides = {2, 2}}});
}

TEST(TilesToMeasure, OfSquaresGiveTheReferencesResultsInSlices) {
    if (test_device().profile().kernels != KernelFamily::Cpu) return;  // no minimal filtering there
    check({.name = "winograd",
           .x = {1, 37, 23, 18},
           .weights = {40, 37, 3, 3},
           .attributes = {.pads = {1, 1, 1, 1}, .winograd = 4},
           .has_residual = true});
}

}  // namespace
}  // namespace abut::test
