// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "support/windows.hpp"

namespace abut::test {
namespace {

const ConvolutionCase conv2d_depthwise_cases[] = {
    {.name = "square", .x = {1, 32, 9, 9}, .weights = {32, 1, 3, 3}, .attributes = {.pads = {1, 1, 1, 1}, .groups = 32}},
    {.name = "odd_channels",
     .x = {2, 21, 7, 10},
     .weights = {21, 1, 3, 3},
     .attributes = {.strides = {2, 2}, .pads = {1, 1, 1, 1}, .groups = 21},
     .has_prologue = true,
     .has_residual = true},
    {.name = "planar",
     .x = {1, 17, 8, 12},
     .weights = {17, 1, 5, 5},
     .attributes = {.pads = {2, 2, 2, 2}, .groups = 17},
     .has_prologue = true,
     .has_residual = true,
     .in = Order::ChannelsFirst,
     .out = Order::ChannelsFirst},
    {.name = "dilated",
     .x = {1, 48, 14, 14},
     .weights = {48, 1, 3, 3},
     .attributes = {.pads = {6, 2, 6, 2}, .dilations = {6, 2}, .groups = 48},
     .has_prologue = true},
    {.name = "row", .x = {1, 3, 5, 40}, .weights = {3, 1, 1, 9}, .attributes = {.pads = {0, 4, 0, 4}, .groups = 3}},
    {.name = "two_outputs_a_channel",
     .x = {1, 5, 6, 6},
     .weights = {10, 1, 3, 3},
     .attributes = {.pads = {1, 1, 1, 1}, .groups = 5},
     .has_residual = true},
};

TEST(Conv2dDepthwiseKernel, GivesTheReferencesResults) {
    StepBatch batch;
    for (const ConvolutionCase& test : conv2d_depthwise_cases) {
        check_window(batch, test.name, operation_of(test), inputs_of(test), test.out, ops::lower_conv2d);
    }
    EXPECT_EQ(batch.failures(), "");
}

TEST(Conv2dDepthwiseKernel, BuildsAlone) {
    const ConvolutionCase test{
        .name = "", .x = {1, 16, 6, 6}, .weights = {16, 1, 3, 3}, .attributes = {.groups = 16}, .has_residual = true};
    expect_like_reference(operation_of(test), inputs_of(test), test.out, ops::lower_conv2d);
}

}  // namespace
}  // namespace abut::test
