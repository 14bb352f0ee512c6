// SPDX-License-Identifier: Apache-2.0
#include "plan/check_plan.hpp"

#include <algorithm>

#include "core/distinct.hpp"
#include "core/slot.hpp"
#include "plan/check_fail.hpp"
#include "plan/check_kernels.hpp"
#include "plan/check_memory.hpp"
#include "plan/check_steps.hpp"
#include "plan/check_views.hpp"

namespace abut::planning {
namespace {

using core::slot;

class Checker {
public:
    Checker(const Graph& graph, const OpTraits& traits, const Plan& plan)
        : graph_(graph),
          traits_(traits),
          plan_(plan),
          steps_(graph, plan),
          writers_(graph.values().size()) {
        for (const auto& node : graph.nodes()) {
            relations_.push_back(traits.relations(graph, node));
        }
    }

    void run() {
        check_bounds();
        check_views(graph_, relations_, plan_);
        check_relations();
        check_memory(graph_, traits_, plan_, writers_);
    }

private:
    void check_bounds() const {
        for (const auto& step : plan_.steps) {
            const auto inside = [&](const PlannedView& view) {
                const Root& root = plan_.roots.at(static_cast<std::size_t>(view.root));
                const std::int64_t end = view.offset_bytes + view.layout.extent() * size_bytes(view.dtype);
                const bool goes_back =
                    std::ranges::any_of(view.layout.strides, [](std::int64_t stride) { return stride < 0; });
                if (view.offset_bytes < 0 || goes_back || end > root.size_bytes)
                    fail_plan("{} touches bytes {} to {} of a root of {}", step.name, view.offset_bytes, end,
                              root.size_bytes);
                if (root.kind == RootKind::Arena && root.arena_offset_bytes + end > plan_.statistics.arena_bytes)
                    fail_plan("{} leaves the arena", step.name);
            };
            std::ranges::for_each(step.reads, inside);
            std::ranges::for_each(step.writes, inside);
            for (const auto& view : step.writes) {
                const auto kind = plan_.roots[slot(view.root)].kind;
                if (kind == RootKind::Input) fail_plan("{} writes an input, which is the caller's", step.name);
                if (kind == RootKind::Constant) fail_plan("{} writes a constant", step.name);
            }
        }
    }

    [[nodiscard]] PlannedView slice_of(const BoxRelation& box) const { return box_view(graph_, plan_, box); }

    [[nodiscard]] const Step& step(int index) const { return plan_.steps[static_cast<std::size_t>(index)]; }

    [[nodiscard]] bool is_copied(ValueId from, const PlannedView& to) const {
        return std::ranges::any_of(steps_.copies_to({from, to.root, to.offset_bytes}),
                                   [&](int copy) { return same_elements(step(copy).writes.front(), to); });
    }

    [[nodiscard]] bool holds(const ViewRelation& relation) const {
        if (const auto* box = std::get_if<BoxRelation>(&relation))
            return same_elements(slice_of(*box), plan_.view(box->part));
        if (const auto* permute = std::get_if<PermuteRelation>(&relation)) {
            PlannedView view = plan_.view(permute->source);
            view.layout = view.layout.permute(permute->permutation);
            return same_elements(view, plan_.view(permute->result));
        }
        const auto& reshape = std::get<ReshapeRelation>(relation);
        PlannedView view = plan_.view(reshape.source);
        const auto layout = view.layout.reshape(graph_.value(reshape.result).shape);
        if (!layout) return false;
        view.layout = *layout;
        return same_elements(view, plan_.view(reshape.result));
    }

    /// The step that stores `part` into `slice` besides its home; -1 if there is none.
    [[nodiscard]] int second_store(ValueId part, const PlannedView& slice) const {
        const NodeId producer = graph_.value(part).producer;
        if (producer.index < 0) return -1;
        const auto stores = [&](int index) {
            const auto& writes = step(index).writes;
            return std::any_of(writes.end() - step(index).stores, writes.end(),
                               [&](const auto& view) { return same_elements(view, slice); });
        };
        const auto& candidates = steps_.of_node(producer);
        const auto found = std::ranges::find_if(candidates, stores);
        return found == candidates.end() ? -1 : *found;
    }

    [[nodiscard]] bool copied(const ViewRelation& relation) const {
        if (const auto* box = std::get_if<BoxRelation>(&relation)) {
            return box->joins ? is_copied(box->part, slice_of(*box)) : is_copied(box->whole, plan_.view(box->part));
        }
        if (const auto* permute = std::get_if<PermuteRelation>(&relation))
            return is_copied(permute->source, plan_.view(permute->result));
        return !steps_.copies_into(std::get<ReshapeRelation>(relation).result).empty();
    }

    [[nodiscard]] int stored(const ViewRelation& relation) const {
        const auto* box = std::get_if<BoxRelation>(&relation);
        return box != nullptr && box->joins ? second_store(box->part, slice_of(*box)) : -1;
    }

    void check_relations() {
        for (std::size_t v = 0; v < writers_.size(); ++v) {
            if (graph_.values()[v].producer.index < 0) writers_[v].insert(StepSet::caller);
        }
        for (std::size_t n = 0; n < relations_.size(); ++n) {
            for (const auto& relation : relations_[n]) {
                const auto [from, to, part] = std::visit([](const auto& view) { return ends(view); }, relation);
                if (element_count(graph_.value(part).shape) == 0) continue;
                if (!has_home(to)) continue;  // its readers take the parts where they lie, as check_views has seen
                if (holds(relation)) {
                    writers_[slot(to)].insert(writers_[slot(from)]);
                } else if (const int store = stored(relation); store >= 0) {
                    writers_[slot(to)].insert(store);
                } else if (!copied(relation)) {
                    fail_plan("nothing makes {} of {}", graph_.value(to).name, graph_.value(from).name);
                }
            }
            if (relations_[n].empty()) note_writers(NodeId{static_cast<std::int32_t>(n)});
            note_copies(graph_.nodes()[n]);
        }
    }

    [[nodiscard]] bool has_home(ValueId value) const { return plan_.placements[slot(value)].has_value(); }

    struct Ends {
        ValueId from;
        ValueId to;
        ValueId part;
    };
    static Ends ends(const BoxRelation& box) {
        return box.joins ? Ends{box.part, box.whole, box.part} : Ends{box.whole, box.part, box.part};
    }
    template <class View>
    static Ends ends(const View& view) {
        return {view.source, view.result, view.result};
    }

    void note_writers(NodeId node) {
        for (const int index : steps_.of_node(node)) {
            for (const auto value : step(index).outputs) writers_[slot(value)].insert(index);
        }
    }

    /// Copies that write a result of `node`, or a slice of it.
    void note_copies(const Node& node) {
        const auto inputs = core::distinct(node.inputs);
        for (const auto value : node.outputs) {
            if (!has_home(value)) continue;
            for (const int copy : steps_.copies_into(value)) writers_[slot(value)].insert(copy);
            for (const auto input : inputs) {
                for (const int copy : steps_.copies_to_root(input, plan_.view(value).root)) {
                    if (step(copy).outputs.empty()) writers_[slot(value)].insert(copy);
                }
            }
        }
    }

    const Graph& graph_;
    const OpTraits& traits_;
    const Plan& plan_;
    CheckSteps steps_;
    std::vector<std::vector<ViewRelation>> relations_;  // by node
    std::vector<StepSet> writers_;                      // by value: the steps that write its elements
};

}  // namespace

void check_plan(const Graph& graph, const OpTraits& traits, const Plan& plan) {
    Checker(graph, traits, plan).run();
    check_kernels(graph, traits, plan);
}

}  // namespace abut::planning
