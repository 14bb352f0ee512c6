// SPDX-License-Identifier: Apache-2.0
#include "program/optimised_plan.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/fail.hpp"
#include "ops/op_traits.hpp"
#include "ops/winograd_tile.hpp"
#include "passes/merge_convolutions.hpp"
#include "passes/pipeline.hpp"
#include "passes/reorder_operands.hpp"
#include "passes/set_winograd.hpp"
#include "passes/unshuffle.hpp"

namespace abut::programs {
namespace {

std::optional<planning::ReorderedGraph> reorder(const Graph& graph, NodeId concat, std::span<const int> order) {
    auto reordered = passes::reorder_operands(graph, concat, order);
    if (!reordered) return std::nullopt;
    return planning::ReorderedGraph{std::move(reordered->graph), std::move(reordered->followers)};
}

void require_own_kernels(const Graph& graph) {
    for (const Node& node : graph.nodes()) {
        const auto* opaque = std::get_if<Opaque>(&node.operation);
        if (opaque == nullptr) continue;
        core::fail(
            ErrorCode::Unsupported,
            "node \"{}\" ({}) is opaque: unsupported in a program, since its kernel is the caller's own; use abut::plan",
            node.name, opaque->kind);
    }
}

}  // namespace

planning::OrderedPlan ordered_plan(const Graph& optimised, const PlanOptions& options) {
    return planning::plan_in_best_order(optimised, ops::op_traits(), options, reorder);
}

Graph optimised_graph(const Graph& graph) {
    require_own_kernels(graph);
    return passes::optimise(graph);
}

Graph with_parts(const Graph& optimised, const DeviceProfile& device, std::span<const ForcedRung> forced) {
    if (device.kernels != KernelFamily::Cpu) return optimised;
    const Graph graph = passes::unshuffle(optimised);
    const auto is_there = [&](const ForcedRung& rung) {
        return std::ranges::find(graph.nodes(), rung.concat, &Node::name) != graph.nodes().end();
    };
    std::vector<std::string> stored_twice;
    for (const ForcedRung& rung : forced) {
        if (rung.how == Rung::MultiStore) stored_twice.push_back(rung.concat);
    }
    return passes::merge_convolutions(std::ranges::all_of(forced, is_there) ? graph : optimised, stored_twice);
}

Graph with_winograd(const Graph& optimised, const DeviceProfile& device) {
    return passes::set_winograd(
        optimised, [&](const Graph& graph, const Node& node) { return ops::best_winograd(graph, node, device); });
}

planning::OrderedPlan optimised_plan(const Graph& graph, const PlanOptions& options) {
    return ordered_plan(optimised_graph(graph), options);
}

}  // namespace abut::programs
