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

/// The plan in the mode of `options` whose arena is within their limit; or the least that was found, which a limit of as
/// much, and of more, gets. Throws Unsupported for a rung that was asked for and can't be had. Pure.
std::variant<Plan, LeastMemory> plan_within_memory(const Graph& graph, const OpTraits& traits, const PlanOptions& options);

}  // namespace abut::planning
