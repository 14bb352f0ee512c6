// SPDX-License-Identifier: Apache-2.0
// Convolutions by Winograd's minimal filtering: the results of sums as they are defined, to rounding.
#include <gtest/gtest.h>

#include "abut/error.hpp"
#include "ops/lower.hpp"
#include "support/windows.hpp"

namespace abut::test {
namespace {

const std::vector<ConvolutionCase> cases{
    {.name = "square", .x = {1, 32, 14, 14}, .weights = {32, 32, 3, 3}, .attributes = {.pads = {1, 1, 1, 1}}},
    {.name = "without_padding", .x = {1, 16, 10, 11}, .weights = {16, 16, 3, 3}},
    {.name = "prologue",
     .x = {2, 48, 9, 10},
     .weights = {33, 48, 3, 3},
     .attributes = {.pads = {1, 1, 1, 1}},
     .has_prologue = true,
     .has_residual = true},
    {.name = "deep", .x = {1, 300, 5, 5}, .weights = {20, 300, 3, 3}, .attributes = {.pads = {1, 1, 1, 1}}},
    {.name = "odd_channels",
     .x = {1, 17, 12, 12},
     .weights = {70, 17, 3, 3},
     .attributes = {.pads = {0, 2, 1, 1}},
     .has_prologue = true},
    {.name = "smaller_than_a_square", .x = {1, 5, 3, 1}, .weights = {3, 5, 3, 3}, .attributes = {.pads = {1, 1, 1, 1}}},
    {.name = "wide", .x = {1, 16, 3, 150}, .weights = {16, 16, 3, 3}, .attributes = {.pads = {1, 1, 1, 1}}},
    {.name = "grouped_odd",
     .x = {2, 21, 6, 6},
     .weights = {15, 7, 3, 3},
     .attributes = {.pads = {1, 1, 1, 1}, .groups = 3},
     .has_prologue = true,
     .has_residual = true},
    {.name = "planar",
     .x = {1, 20, 8, 9},
     .weights = {33, 20, 3, 3},
     .attributes = {.pads = {1, 1, 1, 1}},
     .has_prologue = true,
     .has_residual = true,
     .in = Order::ChannelsFirst,
     .out = Order::ChannelsFirst},
    {.name = "row_of_seven", .x = {1, 48, 17, 17}, .weights = {40, 48, 1, 7}, .attributes = {.pads = {0, 3, 0, 3}}},
    {.name = "column_of_seven",
     .x = {2, 35, 18, 9},
     .weights = {33, 35, 7, 1},
     .attributes = {.pads = {3, 0, 3, 0}},
     .has_prologue = true,
     .has_residual = true},
    {.name = "row_of_three",
     .x = {1, 20, 8, 9},
     .weights = {33, 20, 1, 3},
     .attributes = {.pads = {0, 1, 0, 1}},
     .in = Order::ChannelsFirst,
     .out = Order::ChannelsFirst},
    {.name = "column_of_five",
     .x = {1, 21, 7, 11},
     .weights = {15, 7, 5, 1},
     .attributes = {.pads = {1, 0, 2, 0}, .groups = 3},
     .has_residual = true},
    {.name = "five",
     .x = {1, 48, 15, 14},
     .weights = {64, 48, 5, 5},
     .attributes = {.pads = {2, 2, 2, 2}},
     .has_prologue = true},
    {.name = "three_by_five", .x = {1, 17, 9, 9}, .weights = {16, 17, 3, 5}, .attributes = {.pads = {1, 2, 1, 2}}},
};

TEST(Conv2dWinogradKernel, IsOfCpusAlone) {
    const ops::StepSpec step{
        .operation = Conv2d{.pads = {1, 1, 1, 1}, .winograd = 4},
        .reads = {{ViewSpec::nhwc({1, 16, 8, 8}), {}}, {ViewSpec(DType::Float32, {16, 16, 3, 3}), ValueId{1}}},
        .writes = {{ViewSpec::nhwc({1, 16, 8, 8}), {}}}};
    EXPECT_EQ(ops::lower_conv2d(step, {.kernels = KernelFamily::Cpu}).spec.stem, "conv2d_winograd");
    EXPECT_THROW((void)ops::lower_conv2d(step, {.kernels = KernelFamily::Gpu}), Error);
}

TEST(Conv2dWinogradKernel, GivesTheReferencesResults) {
    // Where tests run on a device of gpu/ kernels, these are sums as they are defined.
    const bool is_cpu = test_device().profile().kernels == KernelFamily::Cpu;
    StepBatch batch;
    for (ConvolutionCase test : cases) {
        for (const std::int64_t outputs : {2, 4}) {
            test.attributes.winograd = is_cpu ? outputs : 0;
            check_window(batch, std::string(test.name) + "_" + std::to_string(outputs), operation_of(test), inputs_of(test),
                         test.out, ops::lower_conv2d);
        }
    }
    EXPECT_EQ(batch.failures(), "");
}

}  // namespace
}  // namespace abut::test
