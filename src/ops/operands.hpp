// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "abut/layout.hpp"
#include "ops/lower.hpp"
#include "ops/step_builder.hpp"

namespace abut::ops {

/// The layout in which a kernel finds `operand`: constants are row-major.
Layout layout_of(const Operand& operand);
/// Pointer and offset of input `index`; of its row-major elements where it is a constant. Claims the element's alignment.
void add_input(StepBuilder& builder, const std::string& name, const StepSpec& step, int index);
/// Pointer and offset of output 0.
void add_output(StepBuilder& builder, const std::string& name);
/// Throws Unsupported unless every operand is float32, InvalidArgument unless there are `reads` reads and one write
/// besides further stores.
void require_float32(const StepSpec& step, int reads);

}  // namespace abut::ops
