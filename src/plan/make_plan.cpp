// SPDX-License-Identifier: Apache-2.0
#include "plan/make_plan.hpp"

#include <utility>

#include "core/fail.hpp"
#include "plan/check_plan.hpp"
#include "plan/limits.hpp"
#include "plan/prices.hpp"

namespace abut::planning {

std::variant<Plan, LeastMemory> try_plan(const Graph& graph, const OpTraits& traits, const PlanOptions& options) {
    require_plannable(graph);
    require_sound(options.cost_model);
    auto result = plan_within_memory(graph, traits, options);
    if (const auto* plan = std::get_if<Plan>(&result)) check_plan(graph, traits, *plan);
    return result;
}

Plan make_plan(const Graph& graph, const OpTraits& traits, const PlanOptions& options) {
    auto result = try_plan(graph, traits, options);
    if (const auto* least = std::get_if<LeastMemory>(&result)) fail_limit(*least, options);
    return std::get<Plan>(std::move(result));
}

void fail_limit(const LeastMemory& least, const PlanOptions& options) {
    core::fail(ErrorCode::OutOfMemory,
               "the memory limit is {} bytes; the least that a plan was found for is {}, which step \"{}\" needs",
               options.memory_limit_bytes.value_or(0), least.arena_bytes, least.step);
}

}  // namespace abut::planning
