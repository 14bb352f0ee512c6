// SPDX-License-Identifier: Apache-2.0
#include "plan/box_groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/alignments.hpp"
#include "core/slot.hpp"

namespace abut::planning {
namespace {

using core::slot;

Dims minus(Dims a, const Dims& b) {
    for (int i = 0; i < a.rank(); ++i) a[i] -= b[i];
    return a;
}

/// Two boxes side by side along one axis leave no corner of their common box unused.
bool differ_on_one_axis(const Box& a, const Box& b) {
    int axes = 0;
    for (int i = 0; i < a.low.rank(); ++i) axes += a.low[i] != b.low[i] || a.high[i] != b.high[i] ? 1 : 0;
    return axes <= 1;
}

/// The first atom of `group` that intersects `box` and is `wanted`; -1 if none is.
template <class Wanted>
int first_atom(BoxGroup& group, const Box& box, const Wanted& wanted) {
    while (group.index.size() < group.atoms.size()) {
        const auto next = group.index.size();
        group.index.insert(group.atoms[next].box, static_cast<int>(next));
    }
    int first = -1;
    group.index.for_each_near(box, [&](int index) {
        if (first >= 0 && first < index) return;
        const Atom& atom = group.atoms[static_cast<std::size_t>(index)];
        if (atom.box.intersects(box) && wanted(atom)) first = index;
    });
    return first;
}

/// The first atom of `group` but `besides` that has bytes of `box` at a time of `life`; -1 if none has.
int first_clash(BoxGroup& group, const Box& box, const LiveRange& life, const Atom* besides = nullptr) {
    return first_atom(group, box, [&](const Atom& atom) { return &atom != besides && atom.life.overlaps(life); });
}

/// Values that a box relation which holds fills, or whose elements copies put together.
std::vector<bool> find_composites(const Graph& graph, const RelationTable& table) {
    std::vector<bool> composite(graph.values().size(), false);
    for (const auto& relation : table.relations) {
        const auto* box = std::get_if<BoxRelation>(&relation.view);
        if (box != nullptr && (box->joins || relation.holds())) composite[slot(data_flow(relation).to)] = true;
    }
    return composite;
}

std::int64_t size_of(const Box& box) {
    return element_count(box.extents());
}

/// What is written where the whole of a value is, while it is needed: one atom, or one a part where parts that hold divide
/// the value. A part that has been read for the last time gives way, whatever the others still wait for.
std::vector<Atom> atoms_of(const Graph& graph, const RelationTable& table, const std::vector<LiveRange>& ranges,
                           const std::vector<int>& relations, ValueId value) {
    const Box whole{Dims::filled(graph.value(value).shape.rank(), 0), graph.value(value).shape};
    const std::vector<Atom> one{{whole, ranges[slot(value)], value}};
    std::vector<Atom> atoms;
    BoxIndex parts;
    std::int64_t elements = 0;
    for (const int index : relations) {
        const auto& box = std::get<BoxRelation>(table.relations[static_cast<std::size_t>(index)].view);
        const Box part{box.begin, plus(box.begin, graph.value(box.part).shape)};
        bool meets = false;
        parts.for_each_near(part, [&](int) { meets = true; });
        if (meets) return one;
        parts.insert(part, index);
        elements += size_of(part);
        atoms.push_back({part, {ranges[slot(value)].first, ranges[slot(box.part)].last}, value});
    }
    return !atoms.empty() && elements == size_of(whole) ? atoms : one;
}

/// By value: the relations that hold which take parts of it, if nothing else reads it.
std::vector<std::vector<int>> divisions(const Graph& graph, const RelationTable& table) {
    std::vector<std::vector<int>> result(graph.values().size());
    std::vector<bool> whole_read(graph.values().size(), false);
    for (std::size_t n = 0; n < graph.nodes().size(); ++n) {
        if (!table.of_node[n].empty()) continue;
        for (const auto input : graph.nodes()[n].inputs) whole_read[slot(input)] = true;
    }
    for (const auto& port : table.ports) whole_read[slot(port.value)] = true;
    for (std::size_t r = 0; r < table.relations.size(); ++r) {
        const auto& relation = table.relations[r];
        const auto* box = std::get_if<BoxRelation>(&relation.view);
        const ValueId from = data_flow(relation).from;
        if (box != nullptr && !box->joins && relation.holds()) {
            result[slot(from)].push_back(static_cast<int>(r));
        } else {
            whole_read[slot(from)] = true;
        }
    }
    for (std::size_t v = 0; v < result.size(); ++v) {
        if (whole_read[v]) result[v].clear();
    }
    return result;
}

/// What is not the plan's is never written: no part of it ends.
void keep_for_ever(BoxGroup& home, ValueId value) {
    home.atoms = {{home.box, {-1, std::numeric_limits<int>::max()}, value}};
}

}  // namespace

BoxGroups::BoxGroups(const Graph& graph, const RelationTable& table, const std::vector<LiveRange>& ranges)
    : graph_(graph),
      ranges_(ranges),
      groups_(graph.values().size()),
      group_(graph.values().size()) {
    const auto composite = find_composites(graph, table);
    const auto divided = divisions(graph, table);
    for (std::size_t v = 0; v < groups_.size(); ++v) {
        const ValueId value{static_cast<std::int32_t>(v)};
        const Shape& shape = graph.values()[v].shape;
        position_.push_back(Dims::filled(shape.rank(), 0));
        group_[v] = static_cast<int>(v);
        groups_[v].box = {position_[v], shape};
        groups_[v].members.push_back(value);
        if (!composite[v]) groups_[v].atoms = atoms_of(graph, table, ranges, divided[v], value);
        if (graph.values()[v].is_constant()) {
            groups_[v].external =
                External{RootKind::Constant, -1, value, Layout::dense(shape), {core::constant_alignment_bytes, 0}};
            keep_for_ever(groups_[v], value);
        }
    }
    for (std::size_t p = 0; p < graph.inputs().size(); ++p) {
        const auto& port = graph.inputs()[p];
        BoxGroup& home = groups_[slot(port.value)];
        if (const auto* shared = table.shared_with_input(static_cast<int>(p))) {
            const auto& output = graph.outputs()[static_cast<std::size_t>(shared->output)];
            const Dims low = minus(Dims::filled(shared->begin.rank(), 0), shared->begin);
            home.box = {low, plus(low, output.spec.shape())};
            home.external = External{RootKind::Output, shared->output, {}, output.spec.layout, output.spec.alignment};
            continue;
        }
        home.external = External{RootKind::Input, static_cast<int>(p), {}, port.spec.layout, port.spec.alignment};
        keep_for_ever(home, port.value);
    }
    for (const auto& relation : table.relations) {
        const auto* box = std::get_if<BoxRelation>(&relation.view);
        if (box != nullptr && box->joins && relation.how == Rung::Copy) add_copy(*box);
    }
}

Box BoxGroups::box_of(ValueId value) const {
    const Dims& low = position_[slot(value)];
    return {low, plus(low, graph_.value(value).shape)};
}

bool BoxGroups::fills_group(ValueId value) const {
    return box_of(value) == group(group_of(value)).box;
}

std::string BoxGroups::why_not(const BoxRelation& relation) {
    const Dims wanted = plus(position_[slot(relation.whole)], relation.begin);
    const int whole_group = group_of(relation.whole);
    const int part_group = group_of(relation.part);
    const Dims shift = minus(wanted, position_[slot(relation.part)]);
    const std::string& part_name = graph_.value(relation.part).name;
    if (whole_group == part_group) {
        const bool there = std::ranges::all_of(shift, [](std::int64_t distance) { return distance == 0; });
        return there ? std::string{} : fmt::format("{} already lies elsewhere in the same buffer", part_name);
    }

    BoxGroup& whole = group(whole_group);
    BoxGroup& part = group(part_group);
    const Box moved = part.box.moved(shift);
    const Box joined = whole.box.joined(moved);
    if (whole.external && part.external) return fmt::format("{} lives in memory of its own outside the plan", part_name);
    if (whole.external && joined != whole.box) return "the buffer outside the plan can't grow";
    if (part.external && joined != moved) {
        const bool constant = part.external->kind == RootKind::Constant;
        return fmt::format("{} is {}, which lives outside the arena", part_name,
                           constant ? "a constant" : "memory of the caller");
    }
    if (joined != whole.box && joined != moved && !differ_on_one_axis(whole.box, moved)) {
        return fmt::format("a buffer for {} in both places would have unused corners", part_name);
    }
    return conflict(whole, part, shift);
}

std::string BoxGroups::merge(const BoxRelation& relation) {
    if (auto reason = why_not(relation); !reason.empty()) return reason;
    const int whole_group = group_of(relation.whole);
    const int part_group = group_of(relation.part);
    if (whole_group == part_group) return {};
    const Dims shift = minus(plus(position_[slot(relation.whole)], relation.begin), position_[slot(relation.part)]);
    BoxGroup& whole = group(whole_group);
    BoxGroup& part = group(part_group);

    // The smaller group moves, so that n merges touch O(n log n) members.
    if (part.members.size() <= whole.members.size()) {
        absorb(whole_group, part_group, shift);
    } else {
        absorb(part_group, whole_group, minus(Dims::filled(shift.rank(), 0), shift));
    }
    return {};
}

std::string BoxGroups::conflict(BoxGroup& stays, BoxGroup& moves, const Dims& shift) const {
    int stayed = -1;
    int moved = -1;
    // Each of the few is looked up among the many; the pair is the first in the order of what moves, then of what stays.
    if (moves.atoms.size() <= stays.atoms.size()) {
        for (std::size_t b = 0; b < moves.atoms.size() && stayed < 0; ++b) {
            stayed = first_clash(stays, moves.atoms[b].box.moved(shift), moves.atoms[b].life);
            moved = static_cast<int>(b);
        }
    } else {
        const Dims back = minus(Dims::filled(shift.rank(), 0), shift);
        for (std::size_t a = 0; a < stays.atoms.size(); ++a) {
            const int b = first_clash(moves, stays.atoms[a].box.moved(back), stays.atoms[a].life);
            if (b < 0 || (stayed >= 0 && moved <= b)) continue;
            stayed = static_cast<int>(a);
            moved = b;
        }
    }
    if (stayed < 0) return {};
    return fmt::format("{} and {} would share bytes while both are needed",
                       graph_.value(stays.atoms[static_cast<std::size_t>(stayed)].value).name,
                       graph_.value(moves.atoms[static_cast<std::size_t>(moved)].value).name);
}

Box BoxGroups::copied_box(const BoxRelation& relation) const {
    if (!relation.joins) return box_of(relation.part);
    const Dims low = plus(box_of(relation.whole).low, relation.begin);
    return {low, plus(low, graph_.value(relation.part).shape)};
}

std::optional<ValueId> BoxGroups::write_copy_at(const BoxRelation& relation, NodeId node) {
    const Box box = copied_box(relation);
    BoxGroup& home = group(group_of(relation.whole));
    const auto is_copy = [&](const Atom& candidate) { return candidate.value == relation.whole && candidate.box == box; };
    Atom& atom = home.atoms.at(static_cast<std::size_t>(first_atom(home, box, is_copy)));
    const LiveRange longer{std::min(node.index, atom.life.first), atom.life.last};
    if (const int clash = first_clash(home, box, longer, &atom); clash >= 0) return home.atoms[slot(clash)].value;
    atom.life = longer;
    return std::nullopt;
}

bool BoxGroups::add_copy(const BoxRelation& relation) {
    const ValueId target = relation.joins ? relation.whole : relation.part;
    const Box box = copied_box(relation);
    const int first = graph_.value(target).producer.index;
    BoxGroup& home = group(group_of(target));
    const Atom copy{box, {first, ranges_[slot(target)].last}, target};
    if (first_clash(home, copy.box, copy.life) >= 0) return false;
    home.atoms.push_back(copy);
    return true;
}

void BoxGroups::absorb(int stays, int moves, const Dims& shift) {
    BoxGroup& to = group(stays);
    BoxGroup& from = group(moves);
    for (const auto member : from.members) {
        group_[slot(member)] = stays;
        position_[slot(member)] = plus(position_[slot(member)], shift);
    }
    to.box = to.box.joined(from.box.moved(shift));
    to.members.insert(to.members.end(), from.members.begin(), from.members.end());
    for (const auto& atom : from.atoms) to.atoms.push_back({atom.box.moved(shift), atom.life, atom.value});
    if (from.external) to.external = from.external;
    from = {};
}

}  // namespace abut::planning
