// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <variant>

#include "abut/plan.hpp"
#include "plan/memory_limit.hpp"
#include "plan/op_traits.hpp"

namespace abut::planning {

/// The plan of `graph`, or what is least where the limit of `options` can't be met; with slices its arena is no larger than
/// with copies. The result has passed check_plan(). Pure.
std::variant<Plan, LeastMemory> try_plan(const Graph& graph, const OpTraits& traits, const PlanOptions& options);

/// Likewise; throws OutOfMemory where the limit can't be met.
Plan make_plan(const Graph& graph, const OpTraits& traits, const PlanOptions& options);

[[noreturn]] void fail_limit(const LeastMemory& least, const PlanOptions& options);

}  // namespace abut::planning
