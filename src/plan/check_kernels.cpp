// SPDX-License-Identifier: Apache-2.0
#include "plan/check_kernels.hpp"

#include <cstdint>

#include "core/alignments.hpp"
#include "core/slot.hpp"
#include "plan/check_fail.hpp"

namespace abut::planning {
namespace {

using core::slot;

Alignment base_of(const Graph& graph, const Root& root) {
    switch (root.kind) {
        case RootKind::Input:
            return graph.inputs().at(slot(root.port)).spec.alignment;
        case RootKind::Output:
            return graph.outputs().at(slot(root.port)).spec.alignment;
        case RootKind::Constant:
            return {core::constant_alignment_bytes, 0};
        case RootKind::Arena:
            break;
    }
    return Alignment{core::largest_alignment_bytes, 0}.moved(root.arena_offset_bytes);
}

ViewSpec spec_of(const Graph& graph, const Plan& plan, const PlannedView& view) {
    return {view.dtype, view.layout, base_of(graph, plan.roots.at(slot(view.root))).moved(view.offset_bytes)};
}

void check_step(const Graph& graph, const OpTraits& traits, const Plan& plan, const Step& step) {
    const Node& node = graph.node(step.node);
    const auto judge = [&](ValueId value, const std::string& why_not) {
        if (!why_not.empty()) fail_plan("{} takes {} only {}", step.name, graph.value(value).name, why_not);
    };
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        if (!plan.placements.at(slot(node.inputs[i]))) continue;  // read in segments, by a kernel that takes any view
        const ViewSpec view = spec_of(graph, plan, step.reads.at(i));
        judge(node.inputs[i], traits.why_not_read(graph, node, static_cast<int>(i), view));
    }
    for (std::size_t i = 0; i < node.outputs.size(); ++i) {
        const ViewSpec view = spec_of(graph, plan, step.writes.at(i));
        judge(node.outputs[i], traits.why_not_written(graph, node, static_cast<int>(i), view));
    }
}

}  // namespace

void check_kernels(const Graph& graph, const OpTraits& traits, const Plan& plan) {
    for (const Step& step : plan.steps) {
        if (step.node.index >= 0) check_step(graph, traits, plan, step);
    }
}

}  // namespace abut::planning
