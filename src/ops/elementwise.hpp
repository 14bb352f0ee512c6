// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "abut/expression.hpp"
#include "ops/loop_nest.hpp"
#include "ops/lower.hpp"
#include "ops/step_builder.hpp"

namespace abut::ops {

/// An operand of a nest of loops.
struct LaneOperand {
    std::function<void(StepBuilder&, const std::string& name, std::int64_t guard_bytes)> bind;
    std::int64_t alignment_bytes = 4;  ///< of the view's base
    std::int64_t begin = 0;            ///< elements from there to where the loops begin
};

/// `expression` of `operands`, whatever their strides: the kernel elementwise.cl. The strides of `nest` are those of the
/// operands, in their order, and of the views that get the result: all writes of `step`.
LoweredStep lower_lanes(const Expression& expression, const std::vector<LaneOperand>& operands, LoopNest nest,
                        const StepSpec& step, const DeviceProfile& device);

}  // namespace abut::ops
