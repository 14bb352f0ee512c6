// SPDX-License-Identifier: Apache-2.0
// Edge cases that a kernel decides; their numbers are those of the table in docs/testing.md.
#include <gtest/gtest.h>

#include "support/windows.hpp"

namespace abut::test {
namespace {

/// Stores of whole vectors would reach into the next slice: its canaries must stay.
TEST(EdgeCase13, TailsStayInTheirSlice) {
    for (const std::int64_t channels : {1, 17}) {
        const ConvolutionCase test{
            .name = "", .x = {2, 19, 3, 5}, .weights = {channels, 19, 3, 3}, .attributes = {.pads = {1, 1, 1, 1}}};
        expect_like_reference(operation_of(test), inputs_of(test), Order::ChannelsLast, ops::lower_conv2d);
    }
    const Tensor x = random_tensor({2, 19, 3, 5}, 1);
    const std::vector<StepInput> inputs{{x, image_slice(x.shape, Order::ChannelsLast), false}};
    const Elementwise sine{Expression::of(Function::Sin)};
    expect_like_reference(sine, inputs, Order::ChannelsLast, ops::lower_elementwise);
}

/// A slice whose first element is aligned, with pixels and images as far apart as told.
Placed placed_with(const Shape& shape, std::int64_t pixel_pitch, std::int64_t image_gap) {
    const auto row_pitch = pixel_pitch * shape[3];
    return {.layout = {shape, {row_pitch * shape[2] + image_gap, 1, row_pitch, pixel_pitch}}, .offset = 0};
}

/// A vector store is aligned if base, pixel pitch and batch pitch are; each alone is off here.
TEST(EdgeCase15, MisalignedPitchesAreStoredRight) {
    const ConvolutionCase test{.name = "", .x = {2, 16, 3, 3}, .weights = {32, 16, 1, 1}};
    const Tensor x = random_tensor(test.x, 1);
    const Shape out{2, 32, 3, 3};
    std::vector<Tensor> tensors{x, inputs_of(test)[1].tensor};
    const auto expected = reference::evaluate_node(operation_of(test), tensors).front();
    auto off_base = placed_with(out, 48, 0);
    off_base.offset = 1;
    for (const auto& placed : {off_base, placed_with(out, 33, 0), placed_with(out, 48, 1)}) {
        const auto result = run_step(operation_of(test), inputs_of(test), {placed}, ops::lower_conv2d);
        EXPECT_EQ(result.damage, "") << to_string(placed.layout);
        EXPECT_EQ(difference(result.outputs.front(), expected), "") << to_string(placed.layout);
    }
}

}  // namespace
}  // namespace abut::test
