// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "abut/layout.hpp"
#include "ops/lower.hpp"
#include "ops/step_builder.hpp"

namespace abut::ops {

/// The layout in which a kernel finds `operand`: constants are row-major.
Layout layout_of(const Operand& operand);
/// Pointer and offset of input `index`; of its row-major elements where it is a constant.
void add_input(StepBuilder& builder, const std::string& name, const StepSpec& step, int index,
               std::int64_t guard_bytes = size_bytes(DType::Float32));
/// Pointer and offset of output 0.
void add_output(StepBuilder& builder, const std::string& name, std::int64_t guard_bytes = size_bytes(DType::Float32));
/// What surely divides the address of an operand's first element: constants are packed at 64 bytes.
std::int64_t known_alignment_bytes(const Operand& operand);
/// Throws Unsupported unless every operand is float32, InvalidArgument unless there are `reads` reads and one write
/// besides further stores.
void require_float32(const StepSpec& step, int reads);

}  // namespace abut::ops
