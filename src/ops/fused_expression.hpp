// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ops/image_strides.hpp"
#include "ops/lower.hpp"
#include "ops/step_builder.hpp"

namespace abut::ops {

/// A further operand of a prologue or epilogue, as the kernel reads it.
struct FusedOperand {
    std::string name;                      ///< of the kernel's parameter
    int read = 0;                          ///< index into StepSpec::reads
    std::optional<PackedConstant> packed;  ///< where the operand is a constant of the graph
    ImageStrides strides;
    [[nodiscard]] bool is_scalar() const { return strides == ImageStrides{}; }
    [[nodiscard]] bool is_per_channel() const { return strides == ImageStrides{.channel = strides.channel}; }
};

/// An expression with its further operands; operand 0 is the value that flows through.
struct FusedExpression {
    Expression expression;
    std::vector<FusedOperand> operands;
};

/// The axis of the image along which the 16 lanes of a vector lie.
enum class Lanes : std::uint8_t { Channels, Columns };

/// `expression` with the operands that stand in `step.reads` from `first_read` on, broadcast to the rank 4 shape `target`.
/// Parameters are named PREFIX1, PREFIX2, ...
FusedExpression fuse(const Expression& expression, std::string_view prefix, const StepSpec& step, int first_read,
                     const Shape& target);

/// The same with the strides of all operands left zero, for the caller to fill in.
FusedExpression fuse_parameters(const Expression& expression, std::string_view prefix, const StepSpec& step, int first_read);

/// Adds constant `name`: the body of a function of x0, image, channel, row, column and lanes (how many there are), which
/// name the place of lane 0.
void add_fused_body(StepBuilder& builder, std::string_view name, const FusedExpression& fused, Lanes lanes);

void add_parameters(StepBuilder& builder, const FusedExpression& fused);

}  // namespace abut::ops
