// SPDX-License-Identifier: Apache-2.0
#include "plan/make_plan.hpp"

#include "plan/assemble_plan.hpp"
#include "plan/check_plan.hpp"
#include "plan/fit_peak.hpp"

namespace abut::planning {

Plan make_plan(const Graph& graph, const OpTraits& traits, const PlanOptions& options) {
    Plan plan = options.concat == ConcatMode::Copies
                    ? assemble_plan(graph, traits, place(graph, traits, options.concat), options.root_alignment_bytes)
                    : plan_within_peak_of_copies(graph, traits, options.root_alignment_bytes);
    check_plan(graph, traits, plan);
    return plan;
}

}  // namespace abut::planning
