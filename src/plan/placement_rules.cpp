// SPDX-License-Identifier: Apache-2.0
#include "plan/placement_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "abut/error.hpp"
#include "plan/memory_order.hpp"
#include "plan/segments.hpp"

namespace abut::planning {
namespace {

std::size_t slot(int index) {
    return static_cast<std::size_t>(index);
}
std::size_t slot(ValueId value) {
    return static_cast<std::size_t>(value.index);
}

bool has_kernel_reader(const Graph& graph, const RelationTable& table, const std::vector<ValueId>& members) {
    const auto read = values_read_by_kernels(graph, table);
    return std::ranges::any_of(members, [&](ValueId value) { return read[slot(value)]; });
}

std::optional<Violation> find_refused_segment(const Graph& graph, const Attempt& attempt, ValueId whole) {
    for (const auto part : segments_of(graph, attempt.table, whole)) {
        if (!attempt.embedding.region_of(part)) return Violation{part, "no strides say where this segment lies"};
    }
    return std::nullopt;
}

std::optional<Violation> find_refused_view(const Graph& graph, const OpTraits& traits, const Attempt& attempt) {
    for (std::size_t n = 0; n < graph.nodes().size(); ++n) {
        if (attempt.table.is_view_node(NodeId{static_cast<std::int32_t>(n)})) continue;
        const Node& node = graph.nodes()[n];
        const auto refused = [&](ValueId value, bool accepted, std::string_view verb) -> std::optional<Violation> {
            if (accepted) return std::nullopt;
            return Violation{value, fmt::format("{} can't {} this view", node.name, verb)};
        };
        for (std::size_t i = 0; i < node.inputs.size(); ++i) {
            if (attempt.table.is_segmented(graph, node.inputs[i])) {
                if (auto violation = find_refused_segment(graph, attempt, node.inputs[i])) return violation;
                continue;
            }
            const auto region = attempt.embedding.region_of(node.inputs[i]);
            const bool accepted = region && traits.can_read(graph, node, static_cast<int>(i), region->layout);
            if (auto violation = refused(node.inputs[i], accepted, "read")) return violation;
        }
        for (std::size_t i = 0; i < node.outputs.size(); ++i) {
            const auto region = attempt.embedding.region_of(node.outputs[i]);
            const bool accepted = region && traits.can_write(graph, node, static_cast<int>(i), region->layout);
            if (auto violation = refused(node.outputs[i], accepted, "write")) return violation;
        }
    }
    return std::nullopt;
}

struct PlacedAtom {
    const Atom* atom;
    int group;
    Region region;
};

/// What is really written in each root that holds embedded groups. The result of a view that holds is its source.
std::map<int, std::vector<PlacedAtom>> atoms_of_trees(const Graph& graph, const Attempt& attempt) {
    std::vector<bool> seen_through(graph.values().size(), false);
    for (const auto& relation : attempt.table.relations) {
        if (relation.holds() && !std::holds_alternative<BoxRelation>(relation.view)) {
            seen_through[slot(data_flow(relation).to)] = true;
        }
    }
    std::map<int, std::vector<PlacedAtom>> trees;
    std::map<int, bool> has_children;
    for (int g = 0; g < attempt.groups.count(); ++g) {
        const int top = attempt.embedding.top(g);
        if (top != g) has_children[top] = true;
        for (const auto& atom : attempt.groups.group(g).atoms) {
            if (seen_through[slot(atom.value)]) continue;
            if (auto region = attempt.embedding.box_region(g, atom.box)) trees[top].push_back({&atom, g, *region});
        }
    }
    std::erase_if(trees, [&](const auto& tree) { return !has_children.contains(tree.first); });
    return trees;
}

std::optional<Violation> find_shared_bytes(const Graph& graph, const Attempt& attempt) {
    for (const auto& [top, atoms] : atoms_of_trees(graph, attempt)) {
        for (std::size_t i = 0; i < atoms.size(); ++i) {
            for (std::size_t j = i + 1; j < atoms.size(); ++j) {
                const auto& [a, group_a, region_a] = atoms[i];
                const auto& [b, group_b, region_b] = atoms[j];
                if (group_a == group_b || !a->life.overlaps(b->life) || !may_overlap(region_a, region_b)) continue;
                const ValueId embedded = attempt.embedding.relation_of(group_b) >= 0 ? b->value : a->value;
                return Violation{embedded, fmt::format("{} and {} would share bytes while both are needed",
                                                       graph.value(a->value).name, graph.value(b->value).name)};
            }
        }
    }
    return std::nullopt;
}

}  // namespace

std::string why_not_bound(const Graph& graph, const OpTraits& traits, const Attempt& attempt, ValueId value,
                          const Layout& promised) {
    const BoxGroup& group = attempt.groups.group(attempt.groups.group_of(value));
    const std::string& name = graph.value(value).name;
    if (group.external && group.external->kind == RootKind::Output) {
        return fmt::format("{} is already the memory of another output", name);
    }
    if (group.external) return fmt::format("{} lives in memory outside the arena", name);
    if (!attempt.groups.fills_group(value)) return fmt::format("{} is part of a larger buffer", name);
    const Layout preferred = traits.preferred_layout(graph, value);
    if (memory_order(preferred) != memory_order(promised) && has_kernel_reader(graph, attempt.table, group.members)) {
        return fmt::format("kernels that read {} want another order in memory", name);
    }
    return {};
}

std::optional<Violation> find_violation(const Graph& graph, const OpTraits& traits, const Attempt& attempt) {
    if (auto refused = find_refused_view(graph, traits, attempt)) return refused;
    return find_shared_bytes(graph, attempt);
}

void give_up(const Violation& violation, const Graph& graph, const Attempt& attempt, RelationTable& base) {
    const int group = attempt.groups.group_of(violation.value);
    const int top = attempt.embedding.top(group);
    if (const auto& external = attempt.groups.group(top).external; external && external->kind == RootKind::Output) {
        for (auto& shared : base.shared_ports) {
            if (!shared.holds || shared.ports.output != external->port) continue;
            shared.holds = false;
            return;
        }
        auto& port = base.ports[slot(external->port)];
        port.holds = false;
        port.reason = violation.reason;
        return;
    }
    if (const int relation = attempt.embedding.relation_of(group); relation >= 0) {
        drop(base.relations[slot(relation)], violation.reason);
        return;
    }
    bool dropped = false;
    for (auto& relation : base.relations) {
        if (!relation.holds()) continue;
        const auto [from, to] = data_flow(relation);
        if (from != violation.value && to != violation.value) continue;
        drop(relation, violation.reason);
        dropped = true;
    }
    if (!dropped) {
        throw Error(ErrorCode::Unsupported,
                    fmt::format("no view of {} suits its kernels: {}", graph.value(violation.value).name, violation.reason));
    }
}

}  // namespace abut::planning
