// SPDX-License-Identifier: Apache-2.0
// Every tile that a product on a GPU may be cut into, in extents that fill none of them.
#include "ops/group_tile.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ops/group_window.hpp"
#include "support/windows.hpp"

namespace abut::test {
namespace {

std::string name_of(const ops::GroupTile& tile) {
    return fmt::format("{} x {} of {} x {}, {} by {}", tile.pixels, tile.channels, tile.item_pixels, tile.item_channels,
                       tile.chunk, tile.split);
}

Lowering in_tile(const ops::GroupTile& tile) {
    return [tile](ops::StepSpec step, const DeviceProfile& device) {
        step.tile = tile;
        return ops::lower(step, device);
    };
}

TEST(GroupTiles, GiveTheReferencesResults) {
    const ConvolutionCase test{.name = "",
                               .x = {1, 37, 13, 11},
                               .weights = {150, 37, 3, 3},
                               .attributes = {.pads = {1, 1, 1, 1}},
                               .has_prologue = true,
                               .has_residual = true};
    StepBatch batch;
    for (const ops::GroupTile& tile : ops::choices_of_group_tile()) {
        check_window(batch, name_of(tile), operation_of(test), inputs_of(test), test.out, in_tile(tile));
    }
    EXPECT_EQ(batch.failures(), "");
}

/// The same where accesses are wide and a chunk stays in one tap of the kernel.
TEST(GroupTiles, GiveThemInAlignedSlices) {
    constexpr std::int64_t width = 4;
    const Operation operation = Conv2d{.pads = {1, 1, 1, 1}};
    const std::vector<Tensor> inputs{random_tensor({1, 64, 13, 11}, 1), random_tensor({136, 64, 3, 3}, 2)};
    const Tensor expected = reference::evaluate_node(operation, inputs).front();
    StepBatch batch;
    for (const ops::GroupTile& tile : ops::choices_of_group_tile()) {
        const std::vector<StepInput> placed{{inputs[0], slice_of_width(inputs[0].shape, width)}, {inputs[1], {}, true}};
        batch.add(name_of(tile), {test_device(), operation, placed, {slice_of_width(expected.shape, width)}, in_tile(tile)},
                  expected, {1e-5F, 1e-4F});
    }
    EXPECT_EQ(batch.failures(), "");
}

/// Few groups are cut small, so that all units have one; many are cut large, so that each loads less.
TEST(GroupTiles, FollowTheExtents) {
    const DeviceProfile device{.is_cpu = false, .kernels = KernelFamily::Gpu, .compute_units = 132};
    const auto sums_of = [&](std::int64_t pixels, std::int64_t channels) {
        const auto tile = ops::choose_group_tile({.pixels = pixels, .channels = channels, .depth = 576}, device);
        return tile.pixels * tile.channels;
    };
    EXPECT_EQ(sums_of(49, 32), 16 * 32);
    EXPECT_GE(sums_of(65536, 64), 64 * 64);
    EXPECT_LT(sums_of(49, 128), sums_of(4096, 512));
}

}  // namespace
}  // namespace abut::test
