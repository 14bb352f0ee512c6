// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "abut/plan.hpp"
#include "plan/op_traits.hpp"

namespace abut::planning {

/// The smallest arena that was found where none is within the limit, and the step that needs most of it.
struct LeastMemory {
    std::int64_t arena_bytes = 0;
    std::string step;
};

/// The plan with slices whose arena is no larger than that of the plan with copies, nor than the limit of `options`; or the
/// least that was found, which is within reach of a limit of as much, and of any larger one. Where shared buffers live so
/// long that the arena is larger, or much larger than the lower bound, steps change their order, or concats are read in
/// segments; where it is too large, concats are copied. Pure.
std::variant<Plan, LeastMemory> plan_within_memory(const Graph& graph, const OpTraits& traits, const PlanOptions& options);

/// Likewise of the plan with copies: only its steps may change their order.
std::variant<Plan, LeastMemory> copies_within_memory(const Graph& graph, const OpTraits& traits, const PlanOptions& options);

}  // namespace abut::planning
