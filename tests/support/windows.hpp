// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "support/run_step.hpp"
#include "support/step_batch.hpp"

namespace abut::test {

enum class Order { ChannelsLast, ChannelsFirst };

/// A slice of `channels_around` more channels, at an offset that no vector is aligned to.
Placed image_slice(const Shape& shape, Order order, std::int64_t channels_around = 5);

/// A slice of channels of a channels-last tensor: `width` divides its offset and pitch, and twice `width` does not. The
/// number of channels must be a multiple of 8.
Placed slice_of_width(const Shape& shape, std::int64_t width);

/// A convolution of random values; the epilogue's and prologue's operands are made to fit.
struct ConvolutionCase {
    std::string name;
    Shape x;
    Shape weights;
    Conv2d attributes{};
    bool has_prologue = false;  ///< relu(x * scale + shift) with shifts of both signs
    bool has_residual = false;  ///< relu(x + bias + residual)
    Order in = Order::ChannelsLast;
    Order out = Order::ChannelsLast;
};

/// The operation of `test` with its fused expressions.
Conv2d operation_of(const ConvolutionCase& test);
/// x, weights and further operands, each placed in a slice where it is no constant.
std::vector<StepInput> inputs_of(const ConvolutionCase& test);

/// Adds `operation` to a batch, with the tolerance that sums of products below 1 need.
void check_window(StepBatch& batch, const std::string& where, const Operation& operation,
                  const std::vector<StepInput>& inputs, Order out, const Lowering& lowering);

/// Runs `operation` alone on the device, and expects the reference's result and no damage. Returns the device's result.
Tensor expect_like_reference(const Operation& operation, const std::vector<StepInput>& inputs, Order out,
                             const Lowering& lowering);

}  // namespace abut::test
