// SPDX-License-Identifier: Apache-2.0
#include "program/optimised_plan.hpp"

#include <utility>

#include "ops/op_traits.hpp"
#include "passes/pipeline.hpp"
#include "passes/reorder_operands.hpp"

namespace abut::programs {
namespace {

std::optional<planning::ReorderedGraph> reorder(const Graph& graph, NodeId concat, std::span<const int> order) {
    auto reordered = passes::reorder_operands(graph, concat, order);
    if (!reordered) return std::nullopt;
    return planning::ReorderedGraph{std::move(reordered->graph), std::move(reordered->followers)};
}

}  // namespace

planning::OrderedPlan ordered_plan(Graph optimised, const PlanOptions& options) {
    return planning::plan_in_best_order(std::move(optimised), ops::op_traits(), options, reorder);
}

planning::OrderedPlan optimised_plan(const Graph& graph, const PlanOptions& options) {
    return ordered_plan(passes::optimise(graph), options);
}

}  // namespace abut::programs
