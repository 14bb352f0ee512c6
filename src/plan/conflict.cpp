// SPDX-License-Identifier: Apache-2.0
#include "plan/conflict.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/distinct.hpp"
#include "core/slot.hpp"

namespace abut::planning {
namespace {

using core::slot;

/// The box relations before `end` that hold, as edges between values.
class HeldBoxes {
public:
    HeldBoxes(const Graph& graph, const RelationTable& table, int end) : edges_(graph.values().size()) {
        for (int r = 0; r < end; ++r) {
            const auto& relation = table.relations[static_cast<std::size_t>(r)];
            if (!relation.holds() || !std::holds_alternative<BoxRelation>(relation.view)) continue;
            const auto [from, to] = data_flow(relation);
            edges_[slot(from)].push_back({r, to});
            edges_[slot(to)].push_back({r, from});
        }
    }

    /// The relations of a shortest way between two values.
    [[nodiscard]] Conflict path(ValueId from, ValueId to) const {
        std::vector<std::optional<Edge>> back(edges_.size());
        std::vector<ValueId> queue{from};
        for (std::size_t head = 0; head < queue.size() && queue[head] != to; ++head) {
            for (const Edge& edge : edges_[slot(queue[head])]) {
                if (edge.other == from || back[slot(edge.other)]) continue;
                back[slot(edge.other)] = Edge{edge.relation, queue[head]};
                queue.push_back(edge.other);
            }
        }
        Conflict relations;
        for (ValueId at = to; at != from && back[slot(at)]; at = back[slot(at)]->other) {
            relations.push_back(back[slot(at)]->relation);
        }
        return relations;
    }

    /// The relations of all values in `members`.
    [[nodiscard]] Conflict all_of(const std::vector<ValueId>& members) const {
        Conflict relations;
        for (const auto member : members) {
            for (const Edge& edge : edges_[slot(member)]) relations.push_back(edge.relation);
        }
        return relations;
    }

private:
    struct Edge {
        int relation;
        ValueId other;
    };
    std::vector<std::vector<Edge>> edges_;  // by value
};

/// Adds the relations through which `value` is needed at `time` or later.
void add_what_keeps(const Attempt& attempt, ValueId value, int time, Conflict& conflict) {
    for (std::size_t r = 0; r < attempt.table.relations.size(); ++r) {
        const auto& relation = attempt.table.relations[r];
        const auto [from, to] = data_flow(relation);
        if (from != value || !relation.holds() || attempt.ranges[slot(to)].last < time) continue;
        if (std::ranges::find(conflict, static_cast<int>(r)) != conflict.end()) continue;
        conflict.push_back(static_cast<int>(r));
        add_what_keeps(attempt, to, time, conflict);
    }
}

struct Clash {
    const Atom* whole;
    const Atom* part;
};

std::optional<Clash> find_clash(const BoxGroup& whole, const BoxGroup& part, const Dims& shift) {
    for (const auto& b : part.atoms) {
        const Box box = b.box.moved(shift);
        for (const auto& a : whole.atoms) {
            if (a.life.overlaps(b.life) && a.box.intersects(box)) return Clash{&a, &b};
        }
    }
    return std::nullopt;
}

}  // namespace

Conflict conflict_of_merge(const Graph& graph, const Attempt& attempt, int index) {
    const auto& box = std::get<BoxRelation>(attempt.table.relations[static_cast<std::size_t>(index)].view);
    const HeldBoxes held(graph, attempt.table, index);
    Conflict conflict{index};
    const auto add = [&](const Conflict& more) { conflict.insert(conflict.end(), more.begin(), more.end()); };
    const int whole_group = attempt.groups.group_of(box.whole);
    const int part_group = attempt.groups.group_of(box.part);
    if (whole_group == part_group) {
        add(held.path(box.part, box.whole));
        return core::distinct(std::move(conflict));
    }
    const BoxGroup& whole = attempt.groups.group(whole_group);
    const BoxGroup& part = attempt.groups.group(part_group);
    Dims shift = attempt.groups.box_of(box.whole).low;
    for (int i = 0; i < shift.rank(); ++i) shift[i] += box.begin[i] - attempt.groups.box_of(box.part).low[i];
    const auto clash = find_clash(whole, part, shift);
    if (!clash) {
        add(held.all_of(whole.members));
        add(held.all_of(part.members));
        return core::distinct(std::move(conflict));
    }
    add(held.path(box.whole, clash->whole->value));
    add(held.path(box.part, clash->part->value));
    const bool whole_first = clash->whole->life.first <= clash->part->life.first;
    const Atom& earlier = whole_first ? *clash->whole : *clash->part;
    const Atom& later = whole_first ? *clash->part : *clash->whole;
    add_what_keeps(attempt, earlier.value, later.life.first, conflict);
    return core::distinct(std::move(conflict));
}

Conflict conflict_of_store(const Graph& graph, const Attempt& attempt, int index, ValueId other) {
    const auto& box = std::get<BoxRelation>(attempt.table.relations[slot(index)].view);
    const HeldBoxes held(graph, attempt.table, static_cast<int>(attempt.table.relations.size()));
    Conflict conflict = held.path(box.whole, other);
    const int stored = graph.value(box.part).producer.index;
    const int written = graph.value(other).producer.index;
    if (written <= stored) {
        add_what_keeps(attempt, other, stored, conflict);
    } else {
        add_what_keeps(attempt, box.whole, written, conflict);
    }
    return core::distinct(std::move(conflict));
}

Conflict conflict_of_port(const Graph& graph, const Attempt& attempt, ValueId value) {
    const int group = attempt.groups.group_of(value);
    const Box own = attempt.groups.box_of(value);
    const auto is_part = [&](ValueId member) {
        return element_count(graph.value(member).shape) == 0 || own.joined(attempt.groups.box_of(member)) == own;
    };
    Conflict conflict;
    for (std::size_t r = 0; r < attempt.table.relations.size(); ++r) {
        const auto& relation = attempt.table.relations[r];
        const auto* box = std::get_if<BoxRelation>(&relation.view);
        if (box == nullptr || !relation.holds() || attempt.groups.group_of(box->whole) != group) continue;
        if (is_part(box->whole) != is_part(box->part)) conflict.push_back(static_cast<int>(r));
    }
    return conflict;
}

Conflict conflict_of_view(const Attempt& attempt, int index) {
    Conflict conflict{index};
    const auto [source, result] = data_flow(attempt.table.relations[static_cast<std::size_t>(index)]);
    for (std::size_t r = 0; r < attempt.table.relations.size(); ++r) {
        const auto& relation = attempt.table.relations[r];
        if (!relation.holds() || !std::holds_alternative<BoxRelation>(relation.view)) continue;
        const auto [from, to] = data_flow(relation);
        if (from == source || from == result || to == source || to == result) conflict.push_back(static_cast<int>(r));
    }
    return core::distinct(std::move(conflict));
}

Conflict conflict_of_violation(const Attempt& attempt, const Violation& violation) {
    Conflict conflict;
    if (const int embedding = attempt.embedding->relation_of(attempt.groups.group_of(violation.value)); embedding >= 0)
        conflict = conflict_of_view(attempt, embedding);
    for (std::size_t r = 0; r < attempt.table.relations.size(); ++r) {
        const auto& relation = attempt.table.relations[r];
        const auto [from, to] = data_flow(relation);
        if (relation.holds() && (from == violation.value || to == violation.value)) conflict.push_back(static_cast<int>(r));
    }
    return core::distinct(std::move(conflict));
}

}  // namespace abut::planning
