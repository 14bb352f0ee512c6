// SPDX-License-Identifier: Apache-2.0
#include "plan/relation_table.hpp"

#include <algorithm>
#include <utility>

#include "core/overloaded.hpp"

namespace abut::planning {

RelationTable collect_relations(const Graph& graph, const OpTraits& traits, const PlanOptions& options) {
    const ConcatMode mode = options.concat;
    RelationTable table;
    table.root_alignment_bytes = options.root_alignment_bytes;
    table.model = options.cost_model;
    table.uses = std::make_shared<const graph_detail::Uses>(graph);
    table.preferred = std::make_shared<const std::vector<PreferredLayout>>(traits.preferred_layouts(graph));
    table.of_node.resize(graph.nodes().size());
    for (std::size_t i = 0; i < graph.nodes().size(); ++i) {
        for (auto& view : traits.relations(graph, graph.nodes()[i])) {
            Relation relation{.view = std::move(view), .node = NodeId{static_cast<std::int32_t>(i)}, .reason = {}};
            const auto* box = std::get_if<BoxRelation>(&relation.view);
            if (mode == ConcatMode::Copies && box != nullptr && box->joins) drop(relation, "copies were asked for");
            table.of_node[i].push_back(static_cast<int>(table.relations.size()));
            table.relations.push_back(std::move(relation));
        }
    }
    set_prices(graph, table);
    for (const auto& port : graph.outputs()) table.ports.push_back({.value = port.value, .reason = {}});
    for (const auto& shared : graph.shared_ports()) table.shared_ports.push_back({shared, mode == ConcatMode::Slices});
    return table;
}

const SharedPorts* RelationTable::shared_with_input(int port) const {
    for (const auto& shared : shared_ports) {
        if (shared.holds && shared.ports.input == port) return &shared.ports;
    }
    return nullptr;
}

bool RelationTable::is_shared_output(int port) const {
    return std::ranges::any_of(shared_ports,
                               [&](const auto& shared) { return shared.holds && shared.ports.output == port; });
}

bool RelationTable::is_segmented(NodeId node) const {
    if (node.index < 0 || !is_view_node(node)) return false;
    const int first = of_node[static_cast<std::size_t>(node.index)].front();
    return relations[static_cast<std::size_t>(first)].how == Rung::SegmentedRead;
}

DataFlow data_flow(const Relation& relation) {
    return std::visit(core::Overloaded{[](const BoxRelation& box) {
                                           return box.joins ? DataFlow{box.part, box.whole} : DataFlow{box.whole, box.part};
                                       },
                                       [](const auto& view) {
                                           return DataFlow{view.source, view.result};
                                       }},
                      relation.view);
}

const BoxRelation* join_of(const Relation& relation) {
    const auto* box = std::get_if<BoxRelation>(&relation.view);
    return box != nullptr && box->joins ? box : nullptr;
}

void drop(Relation& relation, std::string reason, Rung how) {
    relation.how = how;
    relation.reason = std::move(reason);
    relation.for_another = false;
}

void drop_for_another(Relation& relation, std::string reason) {
    drop(relation, std::move(reason));
    relation.for_another = true;
}

}  // namespace abut::planning
