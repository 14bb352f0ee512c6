// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string>

#include "support/run_step.hpp"

namespace abut::test {

enum class Order { ChannelsLast, ChannelsFirst };

/// A slice of `channels_around` more channels, at an offset that no vector is aligned to.
Placed image_slice(const Shape& shape, Order order, std::int64_t channels_around = 5);

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

inline void PrintTo(const ConvolutionCase& test, std::ostream* out) {
    *out << test.name;
}

/// The operation of `test` with its fused expressions.
Conv2d operation_of(const ConvolutionCase& test);
/// x, weights and further operands, each placed in a slice where it is no constant.
std::vector<StepInput> inputs_of(const ConvolutionCase& test);

/// Runs `operation` on the device and the reference, and expects close results and no damage. Returns the device's result.
Tensor expect_like_reference(const Operation& operation, const std::vector<StepInput>& inputs, Order out, Lowering lowering);

}  // namespace abut::test
