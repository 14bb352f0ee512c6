// SPDX-License-Identifier: Apache-2.0
#include "support/judge_plan.hpp"

#include <fmt/format.h>

#include "passes/pipeline.hpp"
#include "program/optimised_plan.hpp"
#include "support/graph_text.hpp"
#include "support/layer_graph.hpp"
#include "support/plan_interpreter.hpp"
#include "support/random_costs.hpp"
#include "support/random_graph.hpp"
#include "support/shrink_graph.hpp"

namespace abut::tests {

std::string judge_plan(const Graph& graph, const Plan& plan, std::uint32_t seed) try {
    const auto inputs = random_inputs(graph, seed);
    const auto expected = reference::evaluate(graph, inputs);
    if (interpret(graph, plan, inputs) != expected) return "it computes something else";
    if (interpret(graph, plan, inputs, allowed_order(plan)) != expected)
        return "it computes something else in another order that its dependencies allow";
    return "";
} catch (const std::exception& error) {
    return error.what();
}

std::string judge_graph(const Graph& graph, std::uint32_t seed) try {
    const CostModel costs = random_costs(seed);
    const Plan slices = plan(graph, {.cost_model = costs});
    const Plan copies = plan(graph, {.concat = ConcatMode::Copies, .cost_model = costs});
    if (auto found = judge_plan(graph, slices, seed); !found.empty()) return "the plan with slices: " + found;
    if (auto found = judge_plan(graph, copies, seed); !found.empty()) return "the plan with copies: " + found;
    if (slices.statistics.copied_bytes > copies.statistics.copied_bytes) {
        return fmt::format("slices copy {} bytes, copies {}", slices.statistics.copied_bytes,
                           copies.statistics.copied_bytes);
    }
    const auto memory = [](const Plan& plan) { return plan.statistics.arena_bytes + plan.statistics.workspace_bytes; };
    if (memory(slices) > memory(copies))
        return fmt::format("slices need {} bytes, copies {}", memory(slices), memory(copies));
    return "";
} catch (const std::exception& error) {
    return error.what();
}

std::string judge_order(const Graph& graph, std::uint32_t seed) try {
    constexpr double rounding = 1e-4;
    const Graph kept = passes::optimise(graph);
    const CostModel costs = random_costs(seed);
    const auto [ordered, slices] = programs::optimised_plan(graph, {.cost_model = costs});
    if (auto found = judge_plan(ordered, slices, seed); !found.empty()) return found;
    if (const auto most = testing_support::largest_difference(ordered, kept, seed); !(most < rounding))
        return fmt::format("the orders of operands change results by {}", most);
    const Plan plan_of_kept = plan(kept, {.cost_model = costs});
    if (slices.statistics.estimated_ns > plan_of_kept.statistics.estimated_ns) {
        return fmt::format("orders take {} ns, without them {}", slices.statistics.estimated_ns,
                           plan_of_kept.statistics.estimated_ns);
    }
    if (costs != CostModel{}) return "";
    const auto moved = [](const Plan& plan) { return plan.statistics.copied_bytes + plan.statistics.conversion_bytes; };
    if (moved(slices) > moved(plan_of_kept))
        return fmt::format("orders move {} bytes, without them {}", moved(slices), moved(plan_of_kept));
    return "";
} catch (const std::exception& error) {
    return error.what();
}

std::string shrunken_report(const Graph& graph, std::uint32_t seed, std::string (*judge)(const Graph&, std::uint32_t)) {
    const auto small = shrunken(graph, [&](const Graph& candidate) { return !judge(candidate, seed).empty(); });
    return fmt::format("seed {}: {}\nthe smallest graph, where {}:\n{}", seed, judge(graph, seed), judge(small, seed),
                       graph_text(small));
}

}  // namespace abut::tests
