// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "support/windows.hpp"

namespace abut::test {
namespace {

struct TransposeCase {
    std::string name;
    Shape x;
    Shape weights;
    ConvTranspose2d attributes{};
    Order in = Order::ChannelsLast;
    Order out = Order::ChannelsLast;
};

ConvTranspose2d operation_of(const TransposeCase& test) {
    ConvTranspose2d conv = test.attributes;
    conv.epilogue = {Bias{}, Relu{}};
    return conv;
}

std::vector<StepInput> inputs_of(const TransposeCase& test) {
    const std::int64_t channels = test.weights[1] * test.attributes.groups;
    return {
        {random_tensor(test.x, 1), image_slice(test.x, test.in), false},
        {random_tensor(test.weights, 2), {}, true},
        {random_tensor({channels, 1, 1}, 3), {}, true},
    };
}

const TransposeCase conv_transpose2d_cases[] = {
    {.name = "doubling", .x = {1, 32, 5, 6}, .weights = {32, 16, 2, 2}, .attributes = {.strides = {2, 2}}},
    {.name = "uneven_phases",
     .x = {2, 20, 5, 4},
     .weights = {20, 33, 3, 3},
     .attributes = {.strides = {2, 2}, .pads = {1, 1, 1, 1}, .output_padding = {1, 1}}},
    {.name = "overlapping",
     .x = {1, 16, 7, 7},
     .weights = {16, 8, 4, 4},
     .attributes = {.strides = {2, 2}, .pads = {1, 1, 1, 1}},
     .in = Order::ChannelsFirst,
     .out = Order::ChannelsFirst},
    {.name = "unit_stride", .x = {1, 17, 6, 6}, .weights = {17, 15, 3, 3}, .attributes = {.pads = {0, 1, 2, 0}}},
    {.name = "gaps", .x = {1, 16, 4, 4}, .weights = {16, 16, 1, 2}, .attributes = {.strides = {3, 3}, .pads = {0, 1, 0, 0}}},
    {.name = "dilated",
     .x = {1, 9, 5, 5},
     .weights = {9, 4, 3, 3},
     .attributes = {.strides = {2, 3}, .pads = {2, 1, 0, 1}, .dilations = {2, 2}}},
    {.name = "grouped",
     .x = {1, 24, 4, 5},
     .weights = {24, 10, 3, 3},
     .attributes = {.strides = {2, 1}, .pads = {1, 1, 1, 1}, .groups = 3}},
    {.name = "few_channels", .x = {1, 3, 6, 6}, .weights = {3, 5, 4, 4}, .attributes = {.strides = {2, 2}}},
    {.name = "crop_of_less_than_a_stride", .x = {1, 4, 1, 1}, .weights = {4, 4, 2, 2}, .attributes = {.strides = {4, 4}}},
};

TEST(ConvTranspose2dKernel, GivesTheReferencesResults) {
    StepBatch batch;
    for (const TransposeCase& test : conv_transpose2d_cases) {
        check_window(batch, test.name, operation_of(test), inputs_of(test), test.out, ops::lower_conv_transpose2d);
    }
    EXPECT_EQ(batch.failures(), "");
}

TEST(ConvTranspose2dKernel, BuildsAlone) {
    const TransposeCase& test = conv_transpose2d_cases[0];
    expect_like_reference(operation_of(test), inputs_of(test), test.out, ops::lower_conv_transpose2d);
}

}  // namespace
}  // namespace abut::test
