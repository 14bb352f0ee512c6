// SPDX-License-Identifier: Apache-2.0
#include "plan/make_plan.hpp"

#include "plan/check_plan.hpp"
#include "plan/fit_peak.hpp"
#include "plan/limits.hpp"
#include "plan/prices.hpp"

namespace abut::planning {

Plan make_plan(const Graph& graph, const OpTraits& traits, const PlanOptions& options) {
    require_plannable(graph);
    require_sound(options.cost_model);
    Plan plan = options.concat == ConcatMode::Copies ? copies_within_memory(graph, traits, options)
                                                     : plan_within_memory(graph, traits, options);
    check_plan(graph, traits, plan);
    return plan;
}

}  // namespace abut::planning
