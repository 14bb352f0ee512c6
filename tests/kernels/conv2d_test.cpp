// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "support/windows.hpp"

namespace abut::test {
namespace {

constexpr Order last = Order::ChannelsLast;
constexpr Order first = Order::ChannelsFirst;

const ConvolutionCase conv2d_cases[] = {
    {.name = "pointwise", .x = {1, 64, 5, 5}, .weights = {32, 64, 1, 1}},
    {.name = "pointwise_of_odd_channels", .x = {2, 33, 4, 5}, .weights = {17, 33, 1, 1}, .has_residual = true},
    {.name = "pointwise_prologue", .x = {1, 304, 7, 7}, .weights = {128, 304, 1, 1}, .has_prologue = true},
    {.name = "pointwise_prologue_odd", .x = {1, 15, 6, 3}, .weights = {3, 15, 1, 1}, .has_prologue = true},
    {.name = "pointwise_strided", .x = {2, 24, 9, 7}, .weights = {40, 24, 1, 1}, .attributes = {.strides = {2, 2}}},
    {.name = "pointwise_padded",
     .x = {1, 16, 4, 4},
     .weights = {16, 16, 1, 1},
     .attributes = {.pads = {1, 0, 2, 1}},
     .has_prologue = true,
     .has_residual = true},
    {.name = "pointwise_of_one_channel", .x = {1, 1, 6, 6}, .weights = {1, 1, 1, 1}},
    {.name = "pointwise_planar",
     .x = {2, 20, 5, 5},
     .weights = {70, 20, 1, 1},
     .has_prologue = true,
     .has_residual = true,
     .in = first,
     .out = first},
    {.name = "square", .x = {1, 32, 14, 14}, .weights = {32, 32, 3, 3}, .attributes = {.pads = {1, 1, 1, 1}}},
    {.name = "square_prologue",
     .x = {2, 48, 9, 10},
     .weights = {33, 48, 3, 3},
     .attributes = {.pads = {1, 1, 1, 1}},
     .has_prologue = true,
     .has_residual = true},
    {.name = "square_strided",
     .x = {1, 16, 15, 13},
     .weights = {24, 16, 3, 3},
     .attributes = {.strides = {2, 1}, .pads = {0, 1, 1, 0}}},
    {.name = "square_deep", .x = {1, 300, 5, 5}, .weights = {20, 300, 3, 3}, .attributes = {.pads = {1, 1, 1, 1}}},
    {.name = "square_dilated",
     .x = {1, 17, 12, 12},
     .weights = {16, 17, 3, 3},
     .attributes = {.pads = {2, 3, 2, 3}, .dilations = {2, 3}},
     .has_prologue = true},
    {.name = "far_dilated",
     .x = {1, 16, 33, 40},
     .weights = {5, 16, 3, 3},
     .attributes = {.pads = {15, 20, 15, 20}, .dilations = {15, 20}},
     .has_residual = true,
     .in = first},
    {.name = "five_by_five", .x = {1, 18, 8, 8}, .weights = {50, 18, 5, 5}, .attributes = {.pads = {2, 2, 2, 2}}},
    {.name = "row_and_column", .x = {1, 32, 9, 11}, .weights = {48, 32, 1, 7}, .attributes = {.pads = {0, 3, 0, 3}}},
    {.name = "column",
     .x = {1, 20, 17, 4},
     .weights = {100, 20, 7, 1},
     .attributes = {.strides = {3, 1}, .pads = {3, 0, 3, 0}}},
    {.name = "stem",
     .x = {1, 3, 37, 45},
     .weights = {64, 3, 7, 7},
     .attributes = {.strides = {2, 2}, .pads = {3, 3, 3, 3}},
     .has_residual = true,
     .in = first},
    {.name = "stem_channels_last",
     .x = {2, 3, 20, 21},
     .weights = {20, 3, 3, 3},
     .attributes = {.strides = {2, 2}, .pads = {0, 1, 1, 0}},
     .has_prologue = true},
    {.name = "stem_dilated",
     .x = {1, 5, 40, 40},
     .weights = {16, 5, 3, 3},
     .attributes = {.pads = {12, 12, 12, 12}, .dilations = {12, 12}},
     .has_prologue = true,
     .out = first},
    {.name = "patches", .x = {1, 3, 32, 32}, .weights = {48, 3, 8, 8}, .attributes = {.strides = {8, 8}}, .in = first},
    {.name = "whole_image", .x = {2, 16, 6, 6}, .weights = {34, 16, 6, 6}},
    {.name = "grouped",
     .x = {1, 64, 8, 8},
     .weights = {64, 32, 3, 3},
     .attributes = {.pads = {1, 1, 1, 1}, .groups = 2},
     .has_prologue = true,
     .has_residual = true},
    {.name = "grouped_odd",
     .x = {2, 21, 6, 6},
     .weights = {15, 7, 3, 3},
     .attributes = {.pads = {1, 1, 1, 1}, .groups = 3},
     .has_prologue = true,
     .has_residual = true,
     .in = first},
    {.name = "grouped_pointwise", .x = {2, 36, 5, 5}, .weights = {40, 9, 1, 1}, .attributes = {.groups = 4}},
};

TEST(Conv2dKernel, GivesTheReferencesResults) {
    StepBatch batch;
    for (const ConvolutionCase& test : conv2d_cases) {
        check_window(batch, test.name, operation_of(test), inputs_of(test), test.out, ops::lower_conv2d);
    }
    EXPECT_EQ(batch.failures(), "");
}

TEST(Conv2dBits, AreThoseOfEveryLayout) {
    ConvolutionCase test{.name = "",
                         .x = {1, 20, 9, 9},
                         .weights = {33, 20, 3, 3},
                         .attributes = {.pads = {1, 1, 1, 1}},
                         .has_prologue = true,
                         .has_residual = true};
    const Tensor expected = expect_like_reference(operation_of(test), inputs_of(test), last, ops::lower_conv2d);
    test.in = first;
    const Tensor planar = expect_like_reference(operation_of(test), inputs_of(test), first, ops::lower_conv2d);
    EXPECT_EQ(planar.elements, expected.elements);
}

TEST(Conv2dVariants, AreSharedByDepthsAndOffsets) {
    const auto spec_of = [](std::int64_t channels, std::int64_t offset) {
        const Layout buffer = Layout::channels_last({1, 512, 14, 14});
        const auto view = [&](std::int64_t begin, std::int64_t end) {
            std::int64_t moved = 0;
            return ops::Operand{ViewSpec(DType::Float32, buffer.slice(1, begin, end, moved), Alignment{64, 0}), {}};
        };
        const ops::Operand weights{ViewSpec(DType::Float32, {128, channels, 1, 1}), ValueId{1}};
        return ops::lower_conv2d({Conv2d{}, {view(0, channels), weights}, {view(offset, offset + 128)}},
                                 DeviceProfile{.compute_units = 2})
            .spec;
    };
    EXPECT_EQ(spec_of(64, 128), spec_of(96, 160));
    EXPECT_EQ(spec_of(64, 128), spec_of(320, 384));
    EXPECT_FALSE(spec_of(64, 128) == spec_of(65, 128));
}

/// A kernel that believes in a wider output must be caught by the canaries.
TEST(Conv2dControl, DamageIsSeen) {
    const ConvolutionCase test{.name = "", .x = {1, 16, 4, 4}, .weights = {16, 16, 1, 1}};
    const Lowering too_wide = [](const ops::StepSpec& step, const DeviceProfile& device) {
        ops::LoweredStep lowered = ops::lower_conv2d(step, device);
        for (ops::Constant& constant : lowered.spec.constants) {
            for (const auto* width : {"OUT_WIDTH", "PLANE_WIDTH", "PLANE_PIXELS"}) {
                if (constant.name == width) constant.text = "17";
            }
        }
        lowered.tiles += 16;
        return lowered;
    };
    const StepResult result = run_step(operation_of(test), inputs_of(test), {image_slice({1, 16, 4, 4}, last)}, too_wide);
    EXPECT_NE(result.damage, "");
}

}  // namespace
}  // namespace abut::test
