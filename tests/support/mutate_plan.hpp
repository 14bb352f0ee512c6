// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <random>
#include <string_view>

#include "abut/plan.hpp"

namespace abut::tests {

/// Ways in which a plan can be wrong.
enum class PlanFault : std::uint8_t {
    OverlappingLives,   ///< two roots have the same memory while both are needed
    ShiftedView,        ///< a view of a step begins an element later or earlier
    MissingDependency,  ///< a step does not wait for another
    DroppedCopy,        ///< a copy that planning added is left out
    SwappedViews,       ///< a step reads one operand where it should read another of the same shape
    SwappedOperands,    ///< likewise, and the step says so
    WrongStride,        ///< a stride of a view is off by an element
    WrittenInput,       ///< what steps write lies in memory of the caller's that they may only read
};

inline constexpr std::array plan_faults{PlanFault::OverlappingLives, PlanFault::ShiftedView,  PlanFault::MissingDependency,
                                        PlanFault::DroppedCopy,      PlanFault::SwappedViews, PlanFault::SwappedOperands,
                                        PlanFault::WrongStride,      PlanFault::WrittenInput};

std::string_view to_string(PlanFault fault);

/// `plan` with one fault at a place that `random` draws; nothing where it has no such place. Not every fault changes what a
/// plan computes.
std::optional<Plan> with_fault(const Plan& plan, PlanFault fault, std::mt19937& random);

}  // namespace abut::tests
