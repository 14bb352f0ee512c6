// SPDX-License-Identifier: Apache-2.0
#include "plan/check_views.hpp"

#include <algorithm>
#include <map>

#include "plan/check_fail.hpp"
#include "plan/check_steps.hpp"

namespace abut::planning {
namespace {

/// An added copy: what it takes from `from`, what it puts where.
class CopyChecker {
public:
    CopyChecker(const Graph& graph, const Plan& plan, std::size_t step) : graph_(graph), plan_(plan), index_(step) {}

    [[nodiscard]] bool is_port() const {
        if (!step().outputs.empty() || !reads(plan_.view(source()))) return false;
        const auto& root = plan_.roots.at(static_cast<std::size_t>(write().root));
        if (root.kind != RootKind::Output) return false;
        const auto& port = graph_.outputs().at(static_cast<std::size_t>(root.port));
        return port.value == source() && writes({write().root, 0, port.spec.dtype, port.spec.layout});
    }

    bool operator()(const BoxRelation& box) const {
        if (source() != (box.joins ? box.part : box.whole)) return false;
        if (box.joins ? !step().outputs.empty() : !makes(box.part)) return false;
        const auto& part = plan_.view(box.part);
        if (!plan_.placements[static_cast<std::size_t>(box.whole.index)]) return false;
        const auto slice = box_view(graph_, plan_, box);
        return box.joins ? reads(part) && writes(slice) : reads(slice) && writes(part);
    }

    bool operator()(const PermuteRelation& permute) const {
        if (!makes(permute.result) || source() != permute.source) return false;
        PlannedView from = plan_.view(permute.source);
        from.layout = from.layout.permute(permute.permutation);
        return reads(from) && writes(plan_.view(permute.result));
    }

    bool operator()(const ReshapeRelation& reshape) const {
        if (source() != reshape.source) return false;
        const auto& from = plan_.view(reshape.source);
        const auto& to = plan_.view(reshape.result);
        if (step().outputs.empty()) return fills_dense_root(from, reshape.result);
        if (!makes(reshape.result)) return false;
        if (reads_dense_root(to.layout.shape)) return writes(to);
        return (reads_reshaped(from, to.layout.shape) && writes(to)) ||
               (reads(from) && same_elements(write(), reshaped(to, from.layout.shape)));
    }

private:
    [[nodiscard]] const Step& step() const { return plan_.steps[index_]; }
    [[nodiscard]] ValueId source() const { return step().inputs.front(); }
    [[nodiscard]] const PlannedView& write() const { return step().writes.front(); }
    [[nodiscard]] bool reads(const PlannedView& view) const { return same_elements(step().reads.front(), view); }
    [[nodiscard]] bool writes(const PlannedView& view) const { return same_elements(write(), view); }
    [[nodiscard]] bool makes(ValueId value) const { return step().outputs == std::vector{value}; }

    /// The elements of a view in row-major order of another shape; a view without a root where strides can't say it.
    static PlannedView reshaped(PlannedView view, const Shape& shape) {
        const auto layout = view.layout.reshape(shape);
        if (!layout) return {};
        view.layout = *layout;
        return view;
    }
    [[nodiscard]] bool reads_reshaped(const PlannedView& from, const Shape& shape) const {
        return reads(reshaped(from, shape));
    }

    /// The first of two copies through a root that only they know.
    [[nodiscard]] bool fills_dense_root(const PlannedView& from, ValueId result) const {
        if (!reads(from) || !writes({write().root, 0, from.dtype, Layout::dense(from.layout.shape)})) return false;
        return index_ + 1 < plan_.steps.size() && plan_.steps[index_ + 1].outputs == std::vector{result} &&
               plan_.steps[index_ + 1].reads.front().root == write().root;
    }

    [[nodiscard]] bool reads_dense_root(const Shape& shape) const {
        if (index_ == 0) return false;
        const Step& before = plan_.steps[index_ - 1];
        const auto& read = step().reads.front();
        const bool follows = before.node.index < 0 && before.outputs.empty() && before.inputs == step().inputs &&
                             before.writes.front().root == read.root;
        return follows && reads({read.root, 0, read.dtype, Layout::dense(shape)});
    }

    const Graph& graph_;
    const Plan& plan_;
    std::size_t index_;
};

/// Whether input `port` lies in an output's memory just where the caller said that it does.
bool shares_output(const Graph& graph, const Plan& plan, int port) {
    const auto& input = graph.inputs()[static_cast<std::size_t>(port)];
    const auto& view = plan.placements.at(static_cast<std::size_t>(input.value.index));
    const auto& offers = graph.shared_ports();
    const auto offer = std::ranges::find(offers, port, &SharedPorts::input);
    if (!view || offer == offers.end()) return false;
    const Root& root = plan.roots.at(static_cast<std::size_t>(view->root));
    if (root.kind != RootKind::Output || root.port != offer->output) return false;
    PlannedView part{view->root, 0, view->dtype, graph.outputs()[static_cast<std::size_t>(offer->output)].spec.layout};
    for (int axis = 0; axis < offer->begin.rank(); ++axis)
        part.offset_bytes += offer->begin[axis] * part.layout.strides[axis] * size_bytes(part.dtype);
    part.layout.shape = input.spec.shape();
    return same_elements(*view, part);
}

void check_homes(const Graph& graph, const Plan& plan) {
    const auto require_home = [&](ValueId value, RootKind kind, int port, const Layout& layout) {
        const auto& view = plan.placements.at(static_cast<std::size_t>(value.index));
        if (!view) return;
        const Root& root = plan.roots.at(static_cast<std::size_t>(view->root));
        const bool is_there = root.kind == kind && (kind == RootKind::Constant ? root.constant == value : root.port == port);
        if (!is_there || !same_elements(*view, {view->root, 0, view->dtype, layout}))
            fail_plan("{} does not live where the caller has it", graph.value(value).name);
    };
    for (std::size_t p = 0; p < graph.inputs().size(); ++p) {
        const auto& port = graph.inputs()[p];
        if (shares_output(graph, plan, static_cast<int>(p))) continue;
        require_home(port.value, RootKind::Input, static_cast<int>(p), port.spec.layout);
    }
    for (std::size_t v = 0; v < graph.values().size(); ++v) {
        const auto& value = graph.values()[v];
        const ValueId id{static_cast<std::int32_t>(v)};
        if (value.is_constant()) require_home(id, RootKind::Constant, -1, Layout::dense(value.shape));
    }
}

using Relations = std::vector<std::vector<ViewRelation>>;

/// The values that the step of `node` must read: for a concat without a home its parts that have elements, the first in its
/// place and the others at the end.
std::vector<ValueId> values_to_read(const Graph& graph, const Relations& relations, const Plan& plan, const Node& node) {
    std::vector<ValueId> values = node.inputs;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        if (plan.placements.at(static_cast<std::size_t>(node.inputs[i].index))) continue;
        std::vector<ValueId> parts;
        for (const auto& relation : relations.at(static_cast<std::size_t>(graph.value(node.inputs[i]).producer.index))) {
            const auto* box = std::get_if<BoxRelation>(&relation);
            if (box != nullptr && element_count(graph.value(box->part).shape) > 0) parts.push_back(box->part);
        }
        if (parts.empty()) fail_plan("{} has no home and no parts", graph.value(node.inputs[i]).name);
        values[i] = parts.front();
        values.insert(values.end(), parts.begin() + 1, parts.end());
    }
    return values;
}

/// The relations of a graph by what a copy or a second store would do for them.
class Wanted {
public:
    Wanted(const Graph& graph, const Relations& relations, const Plan& plan) {
        const auto add = [&](ValueId from, const PlannedView& to, const ViewRelation& relation) {
            by_destination_[{from, to.root, to.offset_bytes}].push_back(&relation);
        };
        for (const auto& of_node : relations) {
            for (const auto& relation : of_node) {
                if (const auto* box = std::get_if<BoxRelation>(&relation)) {
                    if (!has_home(plan, box->whole) || !has_home(plan, box->part)) continue;
                    if (box->joins) {
                        add(box->part, box_view(graph, plan, *box), relation);
                    } else {
                        add(box->whole, plan.view(box->part), relation);
                    }
                } else if (const auto* permute = std::get_if<PermuteRelation>(&relation)) {
                    if (has_home(plan, permute->result)) add(permute->source, plan.view(permute->result), relation);
                } else {
                    reshapes_[std::get<ReshapeRelation>(relation).result].push_back(&relation);
                }
            }
        }
    }

    using Found = std::vector<const ViewRelation*>;
    [[nodiscard]] Found to(ValueId from, const PlannedView& view) const {
        const auto found = by_destination_.find({from, view.root, view.offset_bytes});
        return found == by_destination_.end() ? Found{} : found->second;
    }
    [[nodiscard]] Found reshapes_to(const std::vector<ValueId>& results) const {
        const auto found = results.size() == 1 ? reshapes_.find(results.front()) : reshapes_.end();
        return found == reshapes_.end() ? Found{} : found->second;
    }

private:
    static bool has_home(const Plan& plan, ValueId value) {
        return plan.placements.at(static_cast<std::size_t>(value.index)).has_value();
    }

    std::map<Destination, Found> by_destination_;
    std::map<ValueId, Found> reshapes_;  // by their result
};

/// Whether a concat has the result of `node` as a part and wants it in `view`.
bool is_wanted(const Graph& graph, const Wanted& wanted, const Plan& plan, const Node& node, const PlannedView& view) {
    return std::ranges::any_of(wanted.to(node.outputs.front(), view), [&](const ViewRelation* relation) {
        const auto* box = std::get_if<BoxRelation>(relation);
        return box != nullptr && box->joins && box->part == node.outputs.front() &&
               same_elements(view, box_view(graph, plan, *box));
    });
}

/// Whether a relation asks for what the added copy `step` moves.
bool is_asked_for(const Graph& graph, const Wanted& wanted, const Plan& plan, std::size_t step) {
    const CopyChecker copy(graph, plan, step);
    if (copy.is_port()) return true;
    const Step& moves = plan.steps[step];
    const auto asks = [&](const ViewRelation* relation) { return std::visit(copy, *relation); };
    if (std::ranges::any_of(wanted.to(moves.inputs.front(), moves.writes.front()), asks)) return true;
    if (std::ranges::any_of(wanted.reshapes_to(moves.outputs), asks)) return true;
    // The first of two copies through a dense root serves the result of the second.
    const bool is_first = moves.outputs.empty() && step + 1 < plan.steps.size();
    return is_first && std::ranges::any_of(wanted.reshapes_to(plan.steps[step + 1].outputs), asks);
}

void check_node_step(const Graph& graph, const Relations& relations, const Wanted& wanted, const Plan& plan,
                     const Step& step) {
    const Node& node = graph.node(step.node);
    const auto further_reads = std::ssize(step.reads) - std::ssize(node.inputs);
    const auto further_writes = std::ssize(step.writes) - std::ssize(node.outputs);
    if (step.inputs != values_to_read(graph, relations, plan, node) || step.inputs.size() != step.reads.size() ||
        step.outputs != node.outputs || further_reads != step.segments || further_writes != step.stores)
        fail_plan("{} is not the step of its node", step.name);
    const auto require_home = [&](const PlannedView& view, ValueId value) {
        if (!same_elements(view, plan.view(value)))
            fail_plan("{} touches {} where it does not live", step.name, graph.value(value).name);
    };
    for (std::size_t i = 0; i < step.reads.size(); ++i) require_home(step.reads[i], step.inputs[i]);
    for (std::size_t i = 0; i < node.outputs.size(); ++i) require_home(step.writes[i], node.outputs[i]);
    for (std::size_t i = node.outputs.size(); i < step.writes.size(); ++i) {
        if (!is_wanted(graph, wanted, plan, node, step.writes[i]))
            fail_plan("{} stores its result where nothing asks for it", step.name);
    }
}

}  // namespace

bool same_elements(const PlannedView& a, const PlannedView& b) {
    if (a.root != b.root || a.layout.shape != b.layout.shape) return false;
    if (element_count(a.layout.shape) == 0) return true;
    if (a.offset_bytes != b.offset_bytes) return false;
    for (int axis = 0; axis < a.layout.shape.rank(); ++axis) {
        if (a.layout.shape[axis] > 1 && a.layout.strides[axis] != b.layout.strides[axis]) return false;
    }
    return true;
}

PlannedView box_view(const Graph& graph, const Plan& plan, const BoxRelation& box) {
    PlannedView view = plan.view(box.whole);
    for (int axis = 0; axis < box.begin.rank(); ++axis) {
        std::int64_t elements = 0;
        view.layout =
            view.layout.slice(axis, box.begin[axis], box.begin[axis] + graph.value(box.part).shape[axis], elements);
        view.offset_bytes += elements * size_bytes(view.dtype);
    }
    return view;
}

void check_views(const Graph& graph, const std::vector<std::vector<ViewRelation>>& relations, const Plan& plan) {
    check_homes(graph, plan);
    const Wanted wanted(graph, relations, plan);
    for (std::size_t s = 0; s < plan.steps.size(); ++s) {
        const Step& step = plan.steps[s];
        if (step.node.index >= 0) {
            check_node_step(graph, relations, wanted, plan, step);
        } else if (!is_asked_for(graph, wanted, plan, s)) {
            fail_plan("{} moves what nothing asks for", step.name);
        }
    }
}

}  // namespace abut::planning
