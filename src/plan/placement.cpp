// SPDX-License-Identifier: Apache-2.0
#include "plan/placement.hpp"

#include <algorithm>
#include <map>

#include "core/checked.hpp"
#include "core/slot.hpp"
#include "plan/conflict.hpp"
#include "plan/cost.hpp"
#include "plan/placement_rules.hpp"

namespace abut::planning {
namespace {

using core::slot;

/// How many relations that can't hold an attempt may give up before everything is placed anew: at first one, since others
/// may hold without it; then more and more, so that attempts grow with the logarithm of what can't hold.
class Patience {
public:
    explicit Patience(const Graph& graph) : patient_(most_work / (static_cast<int>(graph.values().size()) + 1) + 4) {}

    [[nodiscard]] int attempts() const { return attempts_; }

    int next() {
        constexpr int attempts_of_a_kind = 4;
        constexpr int most_doublings = 20;
        const int impatient = std::max(attempts_++ - patient_, 0);
        return 1 << std::min(impatient / attempts_of_a_kind, most_doublings);
    }

private:
    static constexpr int most_work = 4000;  // values placed times attempts
    int patient_;
    int attempts_ = 0;
};

/// Keeps the first conflict that was asked for.
void note(FirstConflict* asked, int dropped, const std::string& reason, const auto& find) {
    if (asked == nullptr || !asked->relations.empty() || !asked->wanted[slot(dropped)]) return;
    asked->relations = find();
    asked->reason = reason;
}

/// Merges groups along the box relations. False if concats have to be given up as a whole, which `base` then says of the
/// first `most`.
bool merge_boxes(const Graph& graph, Attempt& attempt, RelationTable& base, int most, FirstConflict* conflict) {
    int given_up = 0;
    for (std::size_t r = 0; r < attempt.table.relations.size(); ++r) {
        auto& relation = attempt.table.relations[r];
        const auto* box = std::get_if<BoxRelation>(&relation.view);
        if (box == nullptr || !relation.holds()) continue;
        auto reason = attempt.groups.merge(*box);
        if (reason.empty()) continue;
        note(conflict, static_cast<int>(r), reason, [&] { return conflict_of_merge(graph, attempt, static_cast<int>(r)); });
        drop(relation, reason);
        if (attempt.groups.add_copy(*box)) continue;
        for (const int index : base.of_node[slot(relation.node.index)]) {
            for (auto* table : {&base, &attempt.table})
                index == static_cast<int>(r) ? drop(table->relations[r], reason)
                                             : drop_for_another(table->relations[slot(index)], reason);
        }
        if (++given_up == most) return false;
    }
    return given_up == 0;
}

/// That relations put another value where a second store would have to be.
void note_store(const Graph& graph, int store, ValueId other, const Attempt& attempt, FirstConflict* conflict) {
    if (conflict == nullptr || !conflict->relations.empty() || !conflict->wanted[slot(store)]) return;
    conflict->relations = conflict_of_store(graph, attempt, store, other);
    conflict->store = store;
    conflict->reason = attempt.table.relations[slot(store)].reason;
}

/// Operands that the kernel of their producer can store a second time need not be copied.
void store_twice(const Graph& graph, const OpTraits& traits, Attempt& attempt, FirstConflict* conflict) {
    std::map<NodeId, int> stores;
    for (std::size_t r = 0; r < attempt.table.relations.size(); ++r) {
        auto& relation = attempt.table.relations[r];
        const auto* box = std::get_if<BoxRelation>(&relation.view);
        if (relation.how != Rung::Copy || !can_store_twice(graph, traits, attempt.table, relation)) continue;
        const NodeId producer = graph.value(box->part).producer;
        int& used = stores.try_emplace(producer, 1).first->second;
        if (used == traits.most_stores(graph, graph.node(producer))) continue;
        if (const auto other = attempt.groups.write_copy_at(*box, producer)) {
            note_store(graph, static_cast<int>(r), *other, attempt, conflict);
            continue;
        }
        relation.how = Rung::MultiStore;
        ++used;
    }
}

void note_violation(const Violation& violation, const Attempt& attempt, FirstConflict* conflict) {
    const Conflict found = conflict == nullptr ? Conflict{} : conflict_of_violation(attempt, violation);
    for (const int relation : found) note(conflict, relation, violation.reason, [&] { return found; });
}

/// That other relations made the buffer of an output's value larger than the value.
void note_port(const Graph& graph, int port, const Attempt& attempt, FirstConflict* conflict) {
    if (conflict == nullptr || !conflict->relations.empty()) return;
    const Conflict found = conflict_of_port(graph, attempt, attempt.table.ports[slot(port)].value);
    if (std::ranges::none_of(found, [&](int relation) { return conflict->wanted[slot(relation)]; })) return;
    conflict->relations = found;
    conflict->port = port;
    conflict->reason = attempt.table.ports[slot(port)].reason;
}

void bind_outputs(const Graph& graph, Attempt& attempt, FirstConflict* conflict) {
    for (std::size_t p = 0; p < attempt.table.ports.size(); ++p) {
        auto& port = attempt.table.ports[p];
        if (!port.holds || attempt.table.is_shared_output(static_cast<int>(p))) continue;
        const Layout& promised = graph.outputs()[p].spec.layout;
        port.reason = why_not_bound(graph, attempt, port.value, promised);
        port.holds = port.reason.empty();
        if (!port.holds) {
            note_port(graph, static_cast<int>(p), attempt, conflict);
            continue;
        }
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

void embed_views(Attempt& attempt, FirstConflict* conflict) {
    for (std::size_t r = 0; r < attempt.table.relations.size(); ++r) {
        auto& relation = attempt.table.relations[r];
        if (!relation.holds() || std::holds_alternative<BoxRelation>(relation.view)) continue;
        auto reason = attempt.embedding->embed(static_cast<int>(r));
        if (reason.empty()) continue;
        note(conflict, static_cast<int>(r), reason, [&] { return conflict_of_view(attempt, static_cast<int>(r)); });
        drop(relation, std::move(reason));
    }
}

/// Why each relation that was given up for another can't hold beside all that do, where there is such a reason.
void find_own_reasons(Attempt& attempt) {
    for (auto& relation : attempt.table.relations) {
        const auto* box = join_of(relation);
        if (box == nullptr || relation.holds() || !relation.for_another) continue;
        if (auto own = attempt.groups.why_not(*box); !own.empty()) relation.reason = std::move(own);
    }
}

std::int64_t root_size_bytes(const Layout& layout, DType dtype) {
    return core::checked_multiply(layout.extent(), size_bytes(dtype));
}

/// The roots of the top groups and every value's view in them.
PlacementResult materialise(const Graph& graph, Attempt& attempt, int attempts) {
    PlacementResult result{.attempts = attempts};
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

PlacementResult place_from(const Graph& graph, const OpTraits& traits, RelationTable base, const Ladder& ladder,
                           FirstConflict* conflict) {
    for (Patience patience(graph);;) {
        const int most = patience.next();
        Attempt attempt(graph, base);
        if (!merge_boxes(graph, attempt, base, most, conflict)) continue;
        if (!check_shared_ports(graph, attempt, base)) continue;
        if (ladder.multi_stores) store_twice(graph, traits, attempt, conflict);
        bind_outputs(graph, attempt, conflict);
        attempt.embedding.emplace(graph, attempt.table, attempt.groups, attempt.read_by_kernel);
        embed_views(attempt, conflict);
        const auto violations = find_violations(graph, traits, attempt, most);
        if (violations.empty()) {
            find_own_reasons(attempt);
            return materialise(graph, attempt, patience.attempts());
        }
        note_violation(violations.front(), attempt, conflict);
        give_up(violations, graph, attempt, base);
    }
}

}  // namespace abut::planning
