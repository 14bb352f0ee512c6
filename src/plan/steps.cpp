// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/checked.hpp"
#include "core/overloaded.hpp"
#include "plan/schedule.hpp"
#include "plan/segments.hpp"
#include "plan/view_alignment.hpp"

namespace abut::planning {
namespace {

class StepBuilder {
public:
    StepBuilder(const Graph& graph, PlacementResult& placement) : graph_(graph), placement_(placement) {
        for (const auto& relation : placement.table.relations) {
            const auto* box = std::get_if<BoxRelation>(&relation.view);
            if (relation.how == Rung::MultiStore) stores_[graph.value(box->part).producer].push_back(box);
        }
        for (std::size_t p = 0; p < placement.table.ports.size(); ++p) {
            const auto& port = placement.table.ports[p];
            if (!port.holds) copied_ports_[graph.value(port.value).producer].push_back(p);
        }
    }

    std::vector<Step> build() {
        steps_.reserve(graph_.nodes().size() + placement_.table.relations.size());
        copy_to_ports(NodeId{});
        for (std::size_t n = 0; n < graph_.nodes().size(); ++n) {
            const NodeId id{static_cast<std::int32_t>(n)};
            if (placement_.table.is_view_node(id)) {
                for (const int r : placement_.table.of_node[n])
                    copy_relation(placement_.table.relations[static_cast<std::size_t>(r)]);
            } else {
                launch_node(id);
            }
            copy_to_ports(id);
        }
        return std::move(steps_);
    }

private:
    const PlannedView& view(ValueId value) const { return *placement_.views[static_cast<std::size_t>(value.index)]; }

    void launch_node(NodeId id) {
        const Node& node = graph_.node(id);
        Step step{
            .operation = node.operation, .node = id, .name = node.name, .inputs = node.inputs, .outputs = node.outputs};
        for (const auto value : node.outputs) step.writes.push_back(view(value));
        add_reads(step);
        add_stores(id, step);
        const bool empty =
            std::ranges::all_of(step.writes, [](const auto& write) { return element_count(write.layout.shape) == 0; });
        if (!empty) steps_.push_back(std::move(step));
    }

    /// Slices of concats that get the result as well.
    void add_stores(NodeId node, Step& step) const {
        const auto slices = stores_.find(node);
        if (slices == stores_.end()) return;
        for (const auto* box : slices->second) step.writes.push_back(slice_of(*box));
        step.stores = static_cast<int>(slices->second.size());
    }

    [[nodiscard]] PlannedView slice_of(const BoxRelation& box) const {
        PlannedView slice = view(box.whole);
        slice.offset_bytes += distance_bytes(slice.layout, box.begin, slice.dtype);
        slice.layout.shape = graph_.value(box.part).shape;
        return slice;
    }

    /// One view an input; where the first has no home, its parts instead, those after the first at the end.
    void add_reads(Step& step) const {
        std::vector<ValueId> parts;
        for (auto& input : step.inputs) {
            if (placement_.table.is_segmented(graph_, input)) {
                parts = segments_of(graph_, placement_.table, input);
                step.segment_axis = segment_axis(graph_, placement_.table, input);
                input = parts.front();
            }
            step.reads.push_back(view(input));
        }
        if (parts.empty()) return;
        step.segments = static_cast<int>(parts.size()) - 1;
        for (std::size_t i = 1; i < parts.size(); ++i) {
            step.inputs.push_back(parts[i]);
            step.reads.push_back(view(parts[i]));
        }
    }

    void copy(ValueId value, const PlannedView& from, const PlannedView& to, std::vector<ValueId> outputs,
              const std::string& reason) {
        if (element_count(to.layout.shape) == 0) return;
        steps_.push_back({.operation = Copy{},
                          .node = {},
                          .name = fmt::format("copy of {}", graph_.value(value).name),
                          .inputs = {value},
                          .outputs = std::move(outputs),
                          .reads = {from},
                          .writes = {to},
                          .dependencies = {},
                          .reason = reason});
    }

    void copy_relation(const Relation& relation) {
        if (relation.how != Rung::Copy) return;
        std::visit(core::Overloaded{[&](const BoxRelation& box) { copy_box(box, relation.reason); },
                                    [&](const PermuteRelation& permute) {
                                        PlannedView from = view(permute.source);
                                        from.layout = from.layout.permute(permute.permutation);
                                        copy(permute.source, from, view(permute.result), {permute.result}, relation.reason);
                                    },
                                    [&](const ReshapeRelation& reshape) { copy_reshaped(reshape, relation.reason); }},
                   relation.view);
    }

    void copy_box(const BoxRelation& box, const std::string& reason) {
        const PlannedView slice = slice_of(box);
        if (box.joins) {
            copy(box.part, view(box.part), slice, {}, reason);
        } else {
            copy(box.whole, slice, view(box.part), {box.part}, reason);
        }
    }

    void copy_reshaped(const ReshapeRelation& reshape, const std::string& reason) {
        PlannedView from = view(reshape.source);
        PlannedView to = view(reshape.result);
        if (const auto layout = from.layout.reshape(to.layout.shape)) {
            from.layout = *layout;
        } else if (const auto other = to.layout.reshape(from.layout.shape)) {
            to.layout = *other;
        } else {
            const PlannedView dense = dense_root(from);
            copy(reshape.source, from, dense, {}, reason);
            from = dense;
            from.layout = Layout::dense(to.layout.shape);
        }
        copy(reshape.source, from, to, {reshape.result}, reason);
    }

    /// A root of its own, in which any shape can be seen.
    PlannedView dense_root(const PlannedView& like) {
        const auto layout = Layout::dense(like.layout.shape);
        const int root = static_cast<int>(placement_.roots.size());
        placement_.roots.push_back({.size_bytes = core::checked_multiply(layout.extent(), size_bytes(like.dtype))});
        return {root, 0, like.dtype, layout};
    }

    void copy_to_ports(NodeId producer) {
        const auto ports = copied_ports_.find(producer);
        if (ports == copied_ports_.end()) return;
        for (const std::size_t p : ports->second) {
            const auto& port = placement_.table.ports[p];
            const auto& layout = graph_.outputs()[p].spec.layout;
            const PlannedView& from = view(port.value);
            const int root = static_cast<int>(placement_.roots.size());
            placement_.roots.push_back({.kind = RootKind::Output,
                                        .port = static_cast<int>(p),
                                        .constant = {},
                                        .size_bytes = core::checked_multiply(layout.extent(), size_bytes(from.dtype))});
            copy(port.value, from, {root, 0, from.dtype, layout}, {}, port.reason);
        }
    }

    const Graph& graph_;
    PlacementResult& placement_;
    std::map<NodeId, std::vector<const BoxRelation*>> stores_;  // by the node that makes what is stored twice
    std::map<NodeId, std::vector<std::size_t>> copied_ports_;   // outputs that are copied, likewise
    std::vector<Step> steps_;
};

}  // namespace

std::vector<Step> make_steps(const Graph& graph, PlacementResult& placement) {
    return StepBuilder(graph, placement).build();
}

}  // namespace abut::planning
