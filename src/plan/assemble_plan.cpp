// SPDX-License-Identifier: Apache-2.0
#include "plan/assemble_plan.hpp"

#include "plan/decisions.hpp"
#include "plan/in_place.hpp"
#include "plan/limits.hpp"
#include "plan/memory_plan.hpp"
#include "plan/schedule.hpp"
#include "plan/statistics.hpp"

namespace abut::planning {

void place_roots(Plan& plan, std::int64_t root_alignment_bytes) {
    std::vector<Block> blocks;
    std::vector<Root*> owners;
    for (auto& root : plan.roots) {
        if (root.kind != RootKind::Arena || root.last_step < root.first_step || root.size_bytes == 0) continue;
        blocks.push_back({root.size_bytes, root.first_step, root.last_step});
        owners.push_back(&root);
    }
    const MemoryPlan memory = plan_memory(blocks, root_alignment_bytes);
    for (std::size_t i = 0; i < owners.size(); ++i) owners[i]->arena_offset_bytes = memory.offsets_bytes[i];
    plan.statistics.arena_bytes = memory.size_bytes;
    plan.statistics.lower_bound_bytes = 0;
}

Draft draft_plan(const Graph& graph, const OpTraits& traits, PlacementResult placement, std::int64_t root_alignment_bytes) {
    Plan plan;
    plan.steps = make_steps(graph, placement);
    plan.roots = std::move(placement.roots);
    plan.placements = std::move(placement.views);
    set_lives(plan.steps, plan.roots);
    write_in_place(graph, traits, plan);
    place_roots(plan, root_alignment_bytes);
    plan.statistics.search = placement.search;
    return {std::move(plan), std::move(placement.table)};
}

Plan finish_plan(const Graph& graph, const OpTraits& traits, Draft draft, std::int64_t root_alignment_bytes) {
    Plan plan = std::move(draft.plan);
    require_steps(graph, plan.steps.size());
    auto dependencies = dependencies_of(plan.steps, plan.roots);
    for (std::size_t s = 0; s < plan.steps.size(); ++s) plan.steps[s].dependencies = std::move(dependencies[s]);
    plan.decisions = make_decisions(graph, traits, draft.table, plan);
    set_statistics(graph, traits, draft.table, root_alignment_bytes, plan);
    return plan;
}

}  // namespace abut::planning
