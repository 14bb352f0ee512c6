// SPDX-License-Identifier: Apache-2.0
#include "plan/placement_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "abut/error.hpp"
#include "core/slot.hpp"
#include "plan/root_axes.hpp"

namespace abut::planning {
namespace {

using core::slot;

/// What a kernel knows of the view of `value`.
ViewSpec view_of(const Graph& graph, const Attempt& attempt, ValueId value) {
    const Region region = attempt.embedding->region_of(value);
    const DType dtype = graph.value(value).dtype;
    const auto& external = attempt.groups.group(attempt.embedding->top(attempt.groups.group_of(value))).external;
    const Alignment base = external ? external->alignment : Alignment{attempt.table.root_alignment_bytes, 0};
    return {dtype, region.layout, base.moved(region.offset * size_bytes(dtype))};
}

/// Kernels that can't use a view: the first, or all of them.
std::vector<Violation> find_refused_views(const Graph& graph, const OpTraits& traits, const Attempt& attempt, bool all) {
    std::vector<Violation> violations;
    for (std::size_t n = 0; n < graph.nodes().size(); ++n) {
        if (attempt.table.is_view_node(NodeId{static_cast<std::int32_t>(n)})) continue;
        const Node& node = graph.nodes()[n];
        const auto judge = [&](ValueId value, std::string_view verb, const std::string& why_not) {
            if (!why_not.empty()) violations.push_back({value, fmt::format("{} {} it only {}", node.name, verb, why_not)});
        };
        for (std::size_t i = 0; i < node.inputs.size(); ++i) {
            if (attempt.table.is_segmented(graph, node.inputs[i])) continue;
            const ViewSpec view = view_of(graph, attempt, node.inputs[i]);
            judge(node.inputs[i], "reads", traits.why_not_read(graph, node, static_cast<int>(i), view));
        }
        for (std::size_t i = 0; i < node.outputs.size(); ++i) {
            const ViewSpec view = view_of(graph, attempt, node.outputs[i]);
            judge(node.outputs[i], "writes", traits.why_not_written(graph, node, static_cast<int>(i), view));
        }
        if (violations.empty() || all) continue;
        violations.resize(1);
        break;
    }
    return violations;
}

struct PlacedAtom {
    const Atom* atom;
    int group;
    Region region;
};

using Atoms = std::vector<PlacedAtom>;

/// What is really written in each root that holds embedded groups, by its group. The result of a view that holds is its
/// source.
std::map<int, Atoms> atoms_of_trees(const Graph& graph, const Attempt& attempt) {
    std::vector<bool> seen_through(graph.values().size(), false);
    for (const auto& relation : attempt.table.relations) {
        if (relation.holds() && !std::holds_alternative<BoxRelation>(relation.view)) {
            seen_through[slot(data_flow(relation).to)] = true;
        }
    }
    std::map<int, Atoms> trees;
    for (int g = 0; g < attempt.groups.count(); ++g) {
        const int top = attempt.embedding->top(g);
        if (top != g) trees[top];
    }
    for (int g = 0; g < attempt.groups.count(); ++g) {
        const auto tree = trees.find(attempt.embedding->top(g));
        if (tree == trees.end()) continue;
        for (const auto& atom : attempt.groups.group(g).atoms) {
            if (!seen_through[slot(atom.value)])
                tree->second.push_back({&atom, g, attempt.embedding->box_region(g, atom.box)});
        }
    }
    return trees;
}

bool clash(const PlacedAtom& a, const PlacedAtom& b) {
    return a.group != b.group && a.atom->life.overlaps(b.atom->life) && may_overlap(a.region, b.region);
}

/// Pairs of atoms of different groups that share bytes while both are needed: the first, or the first with each later atom.
std::vector<std::pair<std::size_t, std::size_t>> clashes(const Atoms& atoms, const RootAxes& axes, bool all) {
    std::vector<std::pair<std::size_t, std::size_t>> found;
    BoxIndex earlier;
    for (std::size_t j = 0; j < atoms.size(); ++j) {
        if (element_count(atoms[j].region.layout.shape) == 0) continue;
        const Box box = axes.box_of(atoms[j].region);
        std::size_t first = all || found.empty() ? j : found.front().first;
        earlier.for_each_near(box, [&](int index) {
            const auto i = static_cast<std::size_t>(index);
            if (i < first && clash(atoms[i], atoms[j])) first = i;
        });
        earlier.insert(box, static_cast<int>(j));
        if (first == j || (!all && !found.empty() && first == found.front().first)) continue;
        if (!all) found.clear();
        found.emplace_back(first, j);
    }
    return found;
}

std::vector<Violation> find_shared_bytes(const Graph& graph, const Attempt& attempt, bool all) {
    std::vector<Violation> violations;
    for (const auto& [top, atoms] : atoms_of_trees(graph, attempt)) {
        for (const auto& [i, j] : clashes(atoms, RootAxes(attempt.embedding->region_of_group(top).layout), all)) {
            const PlacedAtom& a = atoms[i];
            const PlacedAtom& b = atoms[j];
            const ValueId embedded = attempt.embedding->relation_of(b.group) >= 0 ? b.atom->value : a.atom->value;
            violations.push_back({embedded, fmt::format("{} and {} would share bytes while both are needed",
                                                        graph.value(a.atom->value).name, graph.value(b.atom->value).name)});
        }
        if (!violations.empty() && !all) break;
    }
    return violations;
}

/// Drops what put the value of one violation where it can't be. False if nothing is left to drop.
bool give_up_one(const Violation& violation, const Attempt& attempt, RelationTable& base) {
    const int group = attempt.groups.group_of(violation.value);
    const int top = attempt.embedding->top(group);
    if (const auto& external = attempt.groups.group(top).external; external && external->kind == RootKind::Output) {
        for (auto& shared : base.shared_ports) {
            if (!shared.holds || shared.ports.output != external->port) continue;
            shared.holds = false;
            return true;
        }
        auto& port = base.ports[slot(external->port)];
        const bool did_hold = port.holds;
        port.holds = false;
        if (did_hold) port.reason = violation.reason;
        return did_hold;
    }
    if (const int index = attempt.embedding->relation_of(group); index >= 0) {
        auto& relation = base.relations[slot(index)];
        const bool did_hold = relation.holds();
        if (did_hold) drop(relation, violation.reason);
        return did_hold;
    }
    bool dropped = false;
    for (auto& relation : base.relations) {
        if (!relation.holds()) continue;
        const auto [from, to] = data_flow(relation);
        if (from != violation.value && to != violation.value) continue;
        drop(relation, violation.reason);
        dropped = true;
    }
    return dropped;
}

}  // namespace

std::string why_not_bound(const Graph& graph, const Attempt& attempt, ValueId value, const Layout& promised) {
    const BoxGroup& group = attempt.groups.group(attempt.groups.group_of(value));
    const std::string& name = graph.value(value).name;
    if (group.external && group.external->kind == RootKind::Output) {
        return fmt::format("{} is already the memory of another output", name);
    }
    if (group.external) return fmt::format("{} lives in memory outside the arena", name);
    if (!attempt.groups.fills_group(value)) return fmt::format("{} is part of a larger buffer", name);
    const Layout& preferred = attempt.table.preferred_layout(value);
    const auto is_read = [&](ValueId member) { return attempt.read_by_kernel[slot(member)]; };
    if (memory_order(preferred) != memory_order(promised) && std::ranges::any_of(group.members, is_read)) {
        return fmt::format("kernels that read {} want another order in memory", name);
    }
    return {};
}

std::vector<Violation> find_violations(const Graph& graph, const OpTraits& traits, const Attempt& attempt, int most) {
    const bool all = most > 1;
    auto found = find_refused_views(graph, traits, attempt, all);
    if (found.empty()) found = find_shared_bytes(graph, attempt, all);
    if (std::ssize(found) > most) found.resize(static_cast<std::size_t>(most));
    return found;
}

void give_up(const std::vector<Violation>& violations, const Graph& graph, const Attempt& attempt, RelationTable& base) {
    bool dropped = false;
    for (const auto& violation : violations) dropped = give_up_one(violation, attempt, base) || dropped;
    if (dropped) return;
    throw Error(ErrorCode::Unsupported, fmt::format("no view of {} suits its kernels: {}",
                                                    graph.value(violations.front().value).name, violations.front().reason));
}

}  // namespace abut::planning
