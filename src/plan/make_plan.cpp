// SPDX-License-Identifier: Apache-2.0
#include "plan/make_plan.hpp"

#include <utility>

#include "plan/assemble_plan.hpp"
#include "plan/check_plan.hpp"
#include "plan/fit_peak.hpp"
#include "plan/limits.hpp"

namespace abut::planning {

namespace {

Plan copies_plan(const Graph& graph, const OpTraits& traits, std::int64_t root_alignment_bytes) {
    Draft draft = draft_plan(graph, place(graph, traits, ConcatMode::Copies), root_alignment_bytes);
    return finish_plan(graph, traits, std::move(draft), root_alignment_bytes);
}

}  // namespace

Plan make_plan(const Graph& graph, const OpTraits& traits, const PlanOptions& options) {
    require_plannable(graph);
    Plan plan = options.concat == ConcatMode::Copies
                    ? copies_plan(graph, traits, options.root_alignment_bytes)
                    : plan_within_peak_of_copies(graph, traits, options.root_alignment_bytes);
    check_plan(graph, traits, plan);
    return plan;
}

}  // namespace abut::planning
