// SPDX-License-Identifier: Apache-2.0
#include "plan/box_groups.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace abut::planning {
namespace {

std::size_t slot(ValueId value) {
    return static_cast<std::size_t>(value.index);
}

Dims plus(Dims a, const Dims& b) {
    for (int i = 0; i < a.rank(); ++i) a[i] += b[i];
    return a;
}

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

/// Values that a box relation which holds fills, or whose elements copies put together.
std::vector<bool> find_composites(const Graph& graph, const RelationTable& table) {
    std::vector<bool> composite(graph.values().size(), false);
    for (const auto& relation : table.relations) {
        const auto* box = std::get_if<BoxRelation>(&relation.view);
        if (box != nullptr && (box->joins || relation.holds())) composite[slot(data_flow(relation).to)] = true;
    }
    return composite;
}

}  // namespace

Shape Box::extents() const {
    return minus(high, low);
}

bool Box::intersects(const Box& other) const {
    for (int i = 0; i < low.rank(); ++i) {
        if (high[i] <= other.low[i] || other.high[i] <= low[i]) return false;
    }
    return true;
}

Box Box::moved(const Dims& by) const {
    return {plus(low, by), plus(high, by)};
}

Box Box::joined(const Box& other) const {
    Box result = *this;
    for (int i = 0; i < low.rank(); ++i) {
        result.low[i] = std::min(low[i], other.low[i]);
        result.high[i] = std::max(high[i], other.high[i]);
    }
    return result;
}

BoxGroups::BoxGroups(const Graph& graph, const RelationTable& table, const std::vector<LiveRange>& ranges)
    : graph_(graph),
      ranges_(ranges),
      groups_(graph.values().size()),
      group_(graph.values().size()) {
    const auto composite = find_composites(graph, table);
    for (std::size_t v = 0; v < groups_.size(); ++v) {
        const ValueId value{static_cast<std::int32_t>(v)};
        const Shape& shape = graph.values()[v].shape;
        position_.push_back(Dims::filled(shape.rank(), 0));
        group_[v] = static_cast<int>(v);
        groups_[v].box = {position_[v], shape};
        groups_[v].members.push_back(value);
        if (!composite[v]) groups_[v].atoms.push_back({groups_[v].box, ranges[v], value});
        if (graph.values()[v].is_constant()) {
            groups_[v].external = External{RootKind::Constant, -1, value, Layout::dense(shape), {64, 0}};
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

std::string BoxGroups::merge(const BoxRelation& relation) {
    const Dims wanted = plus(position_[slot(relation.whole)], relation.begin);
    const int whole_group = group_of(relation.whole);
    const int part_group = group_of(relation.part);
    const Dims shift = minus(wanted, position_[slot(relation.part)]);
    const std::string& part_name = graph_.value(relation.part).name;
    if (whole_group == part_group) {
        const bool there = std::ranges::all_of(shift, [](std::int64_t distance) { return distance == 0; });
        return there ? std::string{} : fmt::format("{} already lies elsewhere in the same buffer", part_name);
    }

    const BoxGroup& whole = group(whole_group);
    const BoxGroup& part = group(part_group);
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
    if (auto reason = conflict(whole, part, shift); !reason.empty()) return reason;

    // The smaller group moves, so that n merges touch O(n log n) members.
    if (part.members.size() <= whole.members.size()) {
        absorb(whole_group, part_group, shift);
    } else {
        absorb(part_group, whole_group, minus(Dims::filled(shift.rank(), 0), shift));
    }
    return {};
}

std::string BoxGroups::conflict(const BoxGroup& stays, const BoxGroup& moves, const Dims& shift) const {
    for (const auto& b : moves.atoms) {
        const Box box = b.box.moved(shift);
        for (const auto& a : stays.atoms) {
            if (!a.life.overlaps(b.life) || !a.box.intersects(box)) continue;
            return fmt::format("{} and {} would share bytes while both are needed", graph_.value(a.value).name,
                               graph_.value(b.value).name);
        }
    }
    return {};
}

Box BoxGroups::copied_box(const BoxRelation& relation) const {
    if (!relation.joins) return box_of(relation.part);
    const Dims low = plus(box_of(relation.whole).low, relation.begin);
    return {low, plus(low, graph_.value(relation.part).shape)};
}

bool BoxGroups::write_copy_at(const BoxRelation& relation, NodeId node) {
    const Box box = copied_box(relation);
    BoxGroup& home = group(group_of(relation.whole));
    const auto atom = std::ranges::find_if(
        home.atoms, [&](const Atom& candidate) { return candidate.value == relation.whole && candidate.box == box; });
    const LiveRange longer{std::min(node.index, atom->life.first), atom->life.last};
    const auto clashes = [&](const Atom& other) {
        return &other != &*atom && other.life.overlaps(longer) && other.box.intersects(box);
    };
    if (std::ranges::any_of(home.atoms, clashes)) return false;
    atom->life = longer;
    return true;
}

bool BoxGroups::add_copy(const BoxRelation& relation) {
    const ValueId target = relation.joins ? relation.whole : relation.part;
    const Box box = copied_box(relation);
    const int first = graph_.value(target).producer.index;
    BoxGroup& home = group(group_of(target));
    const BoxGroup copy{.box = box, .atoms = {{box, {first, ranges_[slot(target)].last}, target}}};
    if (!conflict(home, copy, Dims::filled(box.low.rank(), 0)).empty()) return false;
    home.atoms.push_back(copy.atoms.front());
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
