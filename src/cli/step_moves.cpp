// SPDX-License-Identifier: Apache-2.0
#include "cli/step_moves.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <variant>

#include "ops/op_traits.hpp"
#include "plan/byte_counts.hpp"

namespace abut::cli {

namespace {

/// Value, root and offset of a slice that a copy fills, and the concat's decision.
using CopiedSlices = std::map<std::tuple<int, int, std::int64_t>, int>;

CopiedSlices copied_slices(const Graph& graph, const Plan& plan) {
    CopiedSlices slices;
    for (std::size_t d = 0; d < plan.decisions.size(); ++d) {
        const Decision& decision = plan.decisions[d];
        const ValueId whole = graph.node(decision.concat).outputs.front();
        const auto& home = plan.placements[static_cast<std::size_t>(whole.index)];
        for (const OperandDecision& operand : decision.operands) {
            if (operand.how != Rung::Copy || !home) continue;
            slices.emplace(std::tuple(operand.value.index, home->root, operand.offset_bytes), static_cast<int>(d));
        }
    }
    return slices;
}

// A part that a split or slice takes out of a whole, rather than another order of the same elements.
bool is_part(const Graph& graph, ValueId value) {
    const NodeId producer = graph.value(value).producer;
    if (producer.index < 0) return false;
    const auto relations = ops::view_relations(graph, graph.node(producer));
    return std::ranges::any_of(relations, [&](const planning::ViewRelation& relation) {
        const auto* box = std::get_if<planning::BoxRelation>(&relation);
        return box != nullptr && box->part == value;
    });
}

std::int64_t written_bytes(const Step& step) {
    std::int64_t bytes = 0;
    for (const PlannedView& view : step.writes) bytes += planning::view_bytes(view);
    return bytes;
}

StepMove added_move(const Graph& graph, const Step& step, const CopiedSlices& slices) {
    if (step.inputs.empty()) return {};  // it fills a gap
    const std::int64_t bytes = written_bytes(step);
    const PlannedView& to = step.writes.front();
    const ValueId moved = step.outputs.empty() ? step.inputs.front() : step.outputs.front();
    const auto slice = slices.find({moved.index, to.root, to.offset_bytes});
    if (slice != slices.end()) return {.kind = MoveKind::Copy, .bytes = bytes, .decision = slice->second};
    const bool takes_part = !step.outputs.empty() && is_part(graph, moved);
    return {.kind = takes_part ? MoveKind::Copy : MoveKind::Conversion, .bytes = bytes};
}

}  // namespace

std::vector<StepMove> step_moves(const Graph& graph, const Plan& plan) {
    const CopiedSlices slices = copied_slices(graph, plan);
    std::vector<StepMove> moves;
    for (const Step& step : plan.steps) {
        if (step.node.index < 0) {
            moves.push_back(added_move(graph, step, slices));
            continue;
        }
        const std::int64_t bytes = ops::op_traits().moved_bytes(graph, graph.node(step.node));
        moves.push_back({.kind = bytes > 0 ? MoveKind::Copy : MoveKind::None, .bytes = bytes});
    }
    return moves;
}

}  // namespace abut::cli
