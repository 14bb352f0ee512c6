// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "abut/plan.hpp"
#include "graph/uses.hpp"
#include "plan/op_traits.hpp"
#include "plan/prices.hpp"

namespace abut::planning {

/// One equation between views, and how it is realised. It holds where it is an alias; `reason` says why it does not.
struct Relation {
    ViewRelation view;
    NodeId node;
    Rung how = Rung::Alias;
    std::string reason;
    std::optional<Rung> forced{};  ///< what the caller wants it to be
    bool for_another = false;      ///< `reason` is why another relation of the same conflict can't hold
    bool may_store_twice = true;   ///< false: where it does not hold, the second store would live too long
    Prices price{};                ///< of each rung, whatever the other relations do

    [[nodiscard]] bool holds() const { return how == Rung::Alias; }
};

/// A graph output: does its value live in the memory that the caller binds?
struct PortRelation {
    ValueId value;
    bool holds = true;
    std::string reason;
};

/// An input that may live in the memory of an output: does it?
struct SharedPortsRelation {
    SharedPorts ports;
    bool holds = true;
};

/// Every equation of a graph, in the order of its nodes. Planning starts from all of them and drops what can't hold.
struct RelationTable {
    std::vector<Relation> relations;
    std::vector<std::vector<int>> of_node;          ///< indices into relations, by node; empty: a kernel computes the node
    std::vector<PortRelation> ports;                ///< by graph output
    std::vector<SharedPortsRelation> shared_ports;  ///< by shared ports of the graph
    // Of the graph, so every copy of the table has the same.
    std::shared_ptr<const graph_detail::Uses> uses;
    std::shared_ptr<const std::vector<PreferredLayout>> preferred;  ///< by value
    std::int64_t root_alignment_bytes = 1;                          ///< of each root in the arena
    CostModel model{};                                              ///< what prices are made of

    /// The output whose memory input `port` lives in, and where; nothing if it lives in its own.
    [[nodiscard]] const SharedPorts* shared_with_input(int port) const;
    [[nodiscard]] bool is_shared_output(int port) const;

    /// A node without a kernel: its results are views, or copies where a relation was dropped.
    [[nodiscard]] bool is_view_node(NodeId node) const { return !of_node[static_cast<std::size_t>(node.index)].empty(); }
    [[nodiscard]] const PreferredLayout& preference(ValueId value) const {
        return (*preferred)[static_cast<std::size_t>(value.index)];
    }
    [[nodiscard]] const Layout& preferred_layout(ValueId value) const { return preference(value).layout; }
    /// Whether readers of the node's result read its parts where they lie, so that the result has no home.
    [[nodiscard]] bool is_segmented(NodeId node) const;
    [[nodiscard]] bool is_segmented(const Graph& graph, ValueId value) const {
        return is_segmented(graph.value(value).producer);
    }
};

RelationTable collect_relations(const Graph& graph, const OpTraits& traits, const PlanOptions& options);

/// The value whose elements come from `source_of(relation)` by this relation, and that source.
struct DataFlow {
    ValueId from;
    ValueId to;
};
DataFlow data_flow(const Relation& relation);

/// The relation of a concat to one operand; nothing if `relation` is another.
const BoxRelation* join_of(const Relation& relation);

void drop(Relation& relation, std::string reason, Rung how = Rung::Copy);
/// The same where the reason was found for another relation, which can't hold beside this one.
void drop_for_another(Relation& relation, std::string reason);

}  // namespace abut::planning
