// SPDX-License-Identifier: Apache-2.0
#include "plan/decisions.hpp"

#include <algorithm>

#include "abut/error.hpp"
#include "core/slot.hpp"
#include "plan/cost_reasons.hpp"
#include "plan/view_alignment.hpp"

namespace abut::planning {
namespace {

/// The axis along which the parts of a join follow each other; 0 for a single part.
int join_axis(const std::vector<const BoxRelation*>& joins) {
    for (const auto* join : joins) {
        for (int axis = 0; axis < join->begin.rank(); ++axis) {
            if (join->begin[axis] != 0) return axis;
        }
    }
    return 0;
}

/// The slice of the whole; where the whole has no home, the part's own.
PlannedView place_of_part(const Graph& graph, const Plan& plan, const BoxRelation& box) {
    if (!plan.placements[static_cast<std::size_t>(box.whole.index)]) return plan.view(box.part);
    PlannedView slice = plan.view(box.whole);
    slice.offset_bytes += distance_bytes(slice.layout, box.begin, slice.dtype);
    slice.layout.shape = graph.value(box.part).shape;
    return slice;
}

}  // namespace

const Relation* brought_by(const Graph& graph, const RelationTable& table, const Relation& join) {
    const ValueId part = std::get<BoxRelation>(join.view).part;
    const NodeId producer = graph.value(part).producer;
    if (!join.holds() || join.forced || producer.index < 0 || !table.uses->is_private(part)) return nullptr;
    for (const int index : table.of_node[core::slot(producer)]) {
        const Relation& relation = table.relations[core::slot(index)];
        if (relation.how == Rung::Copy && join_of(relation) == nullptr && data_flow(relation).to == part) return &relation;
    }
    return nullptr;
}

std::vector<Decision> make_decisions(const Graph& graph, const OpTraits& traits, const RelationTable& table,
                                     const Plan& plan) {
    std::vector<Decision> decisions;
    std::vector<int> placed(graph.values().size(), 0);
    for (std::size_t n = 0; n < table.of_node.size(); ++n) {
        std::vector<const BoxRelation*> joins;
        Decision decision{.concat = NodeId{static_cast<std::int32_t>(n)}, .operands = {}};
        for (const int index : table.of_node[n]) {
            const auto& relation = table.relations[static_cast<std::size_t>(index)];
            const auto* box = std::get_if<BoxRelation>(&relation.view);
            if (box == nullptr || !box->joins) continue;
            joins.push_back(box);
            const PlannedView slice = place_of_part(graph, plan, *box);
            int& homes = placed[static_cast<std::size_t>(box->part.index)];
            const Rung placed_rung = homes > 0 ? Rung::SharedRoot : Rung::Alias;
            if (relation.holds()) ++homes;
            const Relation* brought = brought_by(graph, table, relation);
            const Rung in_place = brought == nullptr ? placed_rung : Rung::Copy;
            decision.operands.push_back(
                {.value = box->part,
                 .how = relation.holds() ? in_place : relation.how,
                 .reason = reason_with_costs(graph, traits, table, brought == nullptr ? relation : *brought),
                 .offset_bytes = slice.offset_bytes,
                 .alignment_bytes = alignment_bytes(slice.offset_bytes, slice.layout, slice.dtype)});
        }
        if (joins.empty()) continue;
        decision.axis = join_axis(joins);
        decisions.push_back(std::move(decision));
    }
    return decisions;
}

}  // namespace abut::planning

namespace abut::inline v0 {

const PlannedView& Plan::view(ValueId value) const {
    const auto index = static_cast<std::size_t>(value.index);
    if (value.index < 0 || index >= placements.size() || !placements[index]) {
        throw Error(ErrorCode::InvalidArgument, "value " + std::to_string(value.index) + " has no home in this plan");
    }
    return *placements[index];
}

std::string_view to_string(Rung rung) {
    switch (rung) {
        case Rung::Alias:
            return "alias";
        case Rung::SharedRoot:
            return "shared root";
        case Rung::Reordered:
            return "reordered";
        case Rung::MultiStore:
            return "multi-store";
        case Rung::SegmentedRead:
            return "segmented read";
        case Rung::Copy:
            return "copy";
    }
    return "unknown";
}

}  // namespace abut::inline v0
