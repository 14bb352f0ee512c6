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

planning::OrderedPlan optimised_plan(const Graph& graph, const PlanOptions& options) {
    return planning::plan_in_best_order(passes::optimise(graph), ops::op_traits(), options, reorder);
}

}  // namespace abut::programs
