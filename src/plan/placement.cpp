// SPDX-License-Identifier: Apache-2.0
#include "plan/placement.hpp"

#include <map>

#include "core/checked.hpp"
#include "plan/placement_rules.hpp"

namespace abut::planning {
namespace {

std::size_t slot(int index) {
    return static_cast<std::size_t>(index);
}

/// Merges groups along the box relations. False if a concat has to be given up as a whole, which `table` then says.
bool merge_boxes(const RelationTable& base, Attempt& attempt, RelationTable& given_up) {
    for (auto& relation : attempt.table.relations) {
        const auto* box = std::get_if<BoxRelation>(&relation.view);
        if (box == nullptr || !relation.holds()) continue;
        auto reason = attempt.groups.merge(*box);
        if (reason.empty()) continue;
        drop(relation, reason);
        if (attempt.groups.add_copy(*box)) continue;
        given_up = base;
        for (const int index : given_up.of_node[slot(relation.node.index)]) drop(given_up.relations[slot(index)], reason);
        return false;
    }
    return true;
}

/// Operands that the kernel of their producer can store a second time need not be copied.
void store_twice(const Graph& graph, const OpTraits& traits, Attempt& attempt) {
    std::map<NodeId, int> stores;
    for (auto& relation : attempt.table.relations) {
        const auto* box = std::get_if<BoxRelation>(&relation.view);
        if (box == nullptr || !box->joins || relation.how != Rung::Copy) continue;
        const Value& part = graph.value(box->part);
        if (part.producer.index < 0 || attempt.table.is_view_node(part.producer) || element_count(part.shape) == 0) continue;
        const Node& producer = graph.node(part.producer);
        int& used = stores.try_emplace(part.producer, 1).first->second;
        if (producer.outputs.size() != 1 || used == traits.most_stores(graph, producer)) continue;
        if (!attempt.groups.write_copy_at(*box, part.producer)) continue;
        relation.how = Rung::MultiStore;
        ++used;
    }
}

void bind_outputs(const Graph& graph, const OpTraits& traits, Attempt& attempt) {
    for (std::size_t p = 0; p < attempt.table.ports.size(); ++p) {
        auto& port = attempt.table.ports[p];
        if (!port.holds || attempt.table.is_shared_output(static_cast<int>(p))) continue;
        const Layout& promised = graph.outputs()[p].spec.layout;
        port.reason = why_not_bound(graph, traits, attempt, port.value, promised);
        port.holds = port.reason.empty();
        if (!port.holds) continue;
        attempt.groups.group(attempt.groups.group_of(port.value)).external =
            External{RootKind::Output, static_cast<int>(p), {}, promised, graph.outputs()[p].spec.alignment};
    }
}

/// Whether the values of ports that share memory lie as they must; where some don't, they share no longer in `base`.
bool check_shared_ports(const Graph& graph, const Attempt& attempt, RelationTable& base) {
    bool all_hold = true;
    for (auto& shared : base.shared_ports) {
        if (!shared.holds) continue;
        const ValueId input = graph.inputs()[slot(shared.ports.input)].value;
        const ValueId output = graph.outputs()[slot(shared.ports.output)].value;
        const int group = attempt.groups.group_of(output);
        shared.holds = base.ports[slot(shared.ports.output)].holds && group == attempt.groups.group_of(input) &&
                       attempt.groups.fills_group(output);
        all_hold = all_hold && shared.holds;
    }
    return all_hold;
}

void embed_views(Attempt& attempt) {
    for (std::size_t r = 0; r < attempt.table.relations.size(); ++r) {
        auto& relation = attempt.table.relations[r];
        if (!relation.holds() || std::holds_alternative<BoxRelation>(relation.view)) continue;
        if (auto reason = attempt.embedding.embed(static_cast<int>(r)); !reason.empty()) drop(relation, reason);
    }
}

std::int64_t root_size_bytes(const Layout& layout, DType dtype) {
    return core::checked_multiply(layout.extent(), size_bytes(dtype));
}

/// The roots of the top groups and every value's view in them.
PlacementResult materialise(const Graph& graph, Attempt& attempt) {
    PlacementResult result;
    std::map<int, int> root_of_top;
    for (std::size_t v = 0; v < graph.values().size(); ++v) {
        const ValueId value{static_cast<std::int32_t>(v)};
        if (attempt.table.is_segmented(graph, value)) {
            result.views.emplace_back();
            continue;
        }
        const auto region = attempt.embedding.region_of(value);
        const int top = attempt.embedding.top(attempt.groups.group_of(value));
        const DType dtype = graph.values()[v].dtype;
        auto [entry, fresh] = root_of_top.try_emplace(top, static_cast<int>(result.roots.size()));
        if (fresh) {
            const auto& external = attempt.groups.group(top).external;
            Root root;
            if (external) root = {.kind = external->kind, .port = external->port, .constant = external->constant};
            root.size_bytes = root_size_bytes(attempt.embedding.root_layout(top), dtype);
            result.roots.push_back(root);
        }
        result.views.push_back(PlannedView{entry->second, region->offset * size_bytes(dtype), dtype, region->layout});
    }
    result.table = std::move(attempt.table);
    return result;
}

}  // namespace

PlacementResult place_from(const Graph& graph, const OpTraits& traits, RelationTable base, const Ladder& ladder) {
    for (;;) {
        Attempt attempt(graph, base, traits);
        RelationTable given_up;
        if (!merge_boxes(base, attempt, given_up)) {
            base = std::move(given_up);
            continue;
        }
        if (!check_shared_ports(graph, attempt, base)) continue;
        if (ladder.multi_stores) store_twice(graph, traits, attempt);
        bind_outputs(graph, traits, attempt);
        embed_views(attempt);
        const auto violation = find_violation(graph, traits, attempt);
        if (!violation) return materialise(graph, attempt);
        give_up(*violation, graph, attempt, base);
    }
}

}  // namespace abut::planning
