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

/// How often everything may be placed anew because of one relation that can't hold; then all that are found are given up at
/// once.
int attempts_for(const Graph& graph) {
    constexpr int most_work = 100'000;  // values placed times attempts
    return most_work / (static_cast<int>(graph.values().size()) + 1) + 4;
}

/// Merges groups along the box relations. False if concats have to be given up as a whole, which `base` then says: the first
/// or, with `all`, those that are found behind it too.
bool merge_boxes(Attempt& attempt, RelationTable& base, bool all) {
    bool is_complete = true;
    for (auto& relation : attempt.table.relations) {
        const auto* box = std::get_if<BoxRelation>(&relation.view);
        if (box == nullptr || !relation.holds()) continue;
        auto reason = attempt.groups.merge(*box);
        if (reason.empty()) continue;
        drop(relation, reason);
        if (attempt.groups.add_copy(*box)) continue;
        is_complete = false;
        for (const int index : base.of_node[slot(relation.node.index)]) {
            drop(base.relations[slot(index)], reason);
            drop(attempt.table.relations[slot(index)], reason);
        }
        if (!all) return false;
    }
    return is_complete;
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

void bind_outputs(const Graph& graph, Attempt& attempt) {
    for (std::size_t p = 0; p < attempt.table.ports.size(); ++p) {
        auto& port = attempt.table.ports[p];
        if (!port.holds) continue;
        const Layout& promised = graph.outputs()[p].spec.layout;
        port.reason = why_not_bound(graph, attempt, port.value, promised);
        port.holds = port.reason.empty();
        if (!port.holds) continue;
        attempt.groups.group(attempt.groups.group_of(port.value)).external =
            External{RootKind::Output, static_cast<int>(p), {}, promised, graph.outputs()[p].spec.alignment};
    }
}

void embed_views(Attempt& attempt) {
    for (std::size_t r = 0; r < attempt.table.relations.size(); ++r) {
        auto& relation = attempt.table.relations[r];
        if (!relation.holds() || std::holds_alternative<BoxRelation>(relation.view)) continue;
        if (auto reason = attempt.embedding->embed(static_cast<int>(r)); !reason.empty()) drop(relation, reason);
    }
}

std::int64_t root_size_bytes(const Layout& layout, DType dtype) {
    return core::checked_multiply(layout.extent(), size_bytes(dtype));
}

/// The roots of the top groups and every value's view in them.
PlacementResult materialise(const Graph& graph, Attempt& attempt) {
    PlacementResult result;
    std::vector<int> root_of_top(slot(attempt.groups.count()), -1);
    for (std::size_t v = 0; v < graph.values().size(); ++v) {
        const ValueId value{static_cast<std::int32_t>(v)};
        if (attempt.table.is_segmented(graph, value)) {
            result.views.emplace_back();
            continue;
        }
        const Region region = attempt.embedding->region_of(value);
        const int top = attempt.embedding->top(attempt.groups.group_of(value));
        const DType dtype = graph.values()[v].dtype;
        int& index = root_of_top[slot(top)];
        if (index < 0) {
            index = static_cast<int>(result.roots.size());
            const auto& external = attempt.groups.group(top).external;
            Root root;
            if (external) root = {.kind = external->kind, .port = external->port, .constant = external->constant};
            root.size_bytes = root_size_bytes(attempt.embedding->region_of_group(top).layout, dtype);
            result.roots.push_back(root);
        }
        result.views.push_back(PlannedView{index, region.offset * size_bytes(dtype), dtype, region.layout});
    }
    result.table = std::move(attempt.table);
    return result;
}

}  // namespace

PlacementResult place_from(const Graph& graph, const OpTraits& traits, RelationTable base, const Ladder& ladder) {
    int attempts = attempts_for(graph);
    for (;;) {
        const bool all = --attempts < 0;
        Attempt attempt(graph, base);
        if (!merge_boxes(attempt, base, all)) continue;
        if (ladder.multi_stores) store_twice(graph, traits, attempt);
        bind_outputs(graph, attempt);
        attempt.embedding.emplace(graph, attempt.table, attempt.groups, attempt.read_by_kernel);
        embed_views(attempt);
        const auto violations = find_violations(graph, traits, attempt, all);
        if (violations.empty()) return materialise(graph, attempt);
        give_up(violations, graph, attempt, base);
    }
}

}  // namespace abut::planning
