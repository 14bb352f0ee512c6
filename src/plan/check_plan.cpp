// SPDX-License-Identifier: Apache-2.0
#include "plan/check_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "abut/error.hpp"
#include "plan/check_cells.hpp"
#include "plan/check_views.hpp"

namespace abut::planning {
namespace {

template <class... Arguments>
[[noreturn]] void fail(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
    throw Error(ErrorCode::InvalidArgument,
                "the plan is wrong, which is a defect of Abut: " + fmt::format(text, std::forward<Arguments>(arguments)...));
}

std::size_t slot(ValueId value) {
    return static_cast<std::size_t>(value.index);
}

class Checker {
public:
    Checker(const Graph& graph, const OpTraits& traits, const Plan& plan) : graph_(graph), plan_(plan), cells_(plan) {
        for (const auto& node : graph.nodes()) {
            relations_.push_back(traits.relations(graph, node));
        }
    }

    void run() {
        check_bounds();
        check_views(graph_, relations_, plan_);
        check_relations();
        check_order();
        check_contents();
    }

private:
    void check_bounds() const {
        for (const auto& step : plan_.steps) {
            const auto inside = [&](const PlannedView& view) {
                const Root& root = plan_.roots.at(static_cast<std::size_t>(view.root));
                const std::int64_t end = view.offset_bytes + view.layout.extent() * size_bytes(view.dtype);
                if (view.offset_bytes < 0 || end > root.size_bytes)
                    fail("{} touches bytes {} to {} of a root of {}", step.name, view.offset_bytes, end, root.size_bytes);
                if (root.kind == RootKind::Arena && root.arena_offset_bytes + end > plan_.statistics.arena_bytes)
                    fail("{} leaves the arena", step.name);
            };
            std::ranges::for_each(step.reads, inside);
            std::ranges::for_each(step.writes, inside);
        }
    }

    [[nodiscard]] PlannedView slice_of(const BoxRelation& box) const { return box_view(graph_, plan_, box); }

    [[nodiscard]] bool is_copied(ValueId from, const PlannedView& to) const {
        return std::ranges::any_of(plan_.steps, [&](const Step& step) {
            return step.node.index < 0 && step.inputs.front() == from && same_elements(step.writes.front(), to);
        });
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
        const auto stores = [&](const Step& step) {
            if (step.node.index < 0 || step.node != graph_.value(part).producer) return false;
            const auto further = step.writes.end() - step.stores;
            return std::any_of(further, step.writes.end(), [&](const auto& view) { return same_elements(view, slice); });
        };
        const auto found = std::ranges::find_if(plan_.steps, stores);
        return found == plan_.steps.end() ? -1 : static_cast<int>(found - plan_.steps.begin());
    }

    [[nodiscard]] bool copied(const ViewRelation& relation) const {
        if (const auto* box = std::get_if<BoxRelation>(&relation)) {
            return box->joins ? is_copied(box->part, slice_of(*box)) : is_copied(box->whole, plan_.view(box->part));
        }
        if (const auto* permute = std::get_if<PermuteRelation>(&relation))
            return is_copied(permute->source, plan_.view(permute->result));
        const auto& reshape = std::get<ReshapeRelation>(relation);
        return std::ranges::any_of(plan_.steps, [&](const Step& step) {
            return step.node.index < 0 && step.outputs == std::vector{reshape.result};
        });
    }

    [[nodiscard]] int stored(const ViewRelation& relation) const {
        const auto* box = std::get_if<BoxRelation>(&relation);
        return box != nullptr && box->joins ? second_store(box->part, slice_of(*box)) : -1;
    }

    void check_relations() {
        writers_.resize(graph_.values().size());
        for (std::size_t v = 0; v < writers_.size(); ++v) {
            if (graph_.values()[v].producer.index < 0) writers_[v].insert(outside);
        }
        for (std::size_t n = 0; n < relations_.size(); ++n) {
            for (const auto& relation : relations_[n]) {
                const auto [from, to, part] = std::visit([](const auto& view) { return ends(view); }, relation);
                if (element_count(graph_.value(part).shape) == 0) continue;
                if (!has_home(to)) continue;  // its readers take the parts where they lie, as check_views has seen
                if (holds(relation)) {
                    writers_[slot(to)].insert(writers_[slot(from)].begin(), writers_[slot(from)].end());
                } else if (const int step = stored(relation); step >= 0) {
                    writers_[slot(to)].insert(step);
                } else if (!copied(relation)) {
                    fail("nothing makes {} of {}", graph_.value(to).name, graph_.value(from).name);
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
        for (std::size_t s = 0; s < plan_.steps.size(); ++s) {
            if (plan_.steps[s].node != node) continue;
            for (const auto value : plan_.steps[s].outputs) writers_[slot(value)].insert(static_cast<int>(s));
        }
    }

    /// Copies that write a result of `node`, or a slice of it.
    void note_copies(const Node& node) {
        for (std::size_t s = 0; s < plan_.steps.size(); ++s) {
            const Step& step = plan_.steps[s];
            if (step.node.index >= 0) continue;
            for (const auto value : node.outputs) {
                if (!has_home(value)) continue;
                const bool whole = step.outputs == std::vector{value};
                const bool slice = step.outputs.empty() && plan_.view(value).root == step.writes.front().root &&
                                   std::ranges::find(node.inputs, step.inputs.front()) != node.inputs.end();
                if (whole || slice) writers_[slot(value)].insert(static_cast<int>(s));
            }
        }
    }

    void check_order() const;
    void check_contents() const;
    void check_outputs(const std::vector<std::vector<int>>& owner, int nobody) const;
    [[nodiscard]] bool conflict(const Step& a, const Step& b, std::vector<std::vector<int>>& marks, int stamp) const;

    static constexpr int outside = -1;  // written by the caller
    const Graph& graph_;
    const Plan& plan_;
    CheckCells cells_;
    std::vector<std::vector<ViewRelation>> relations_;  // by node
    std::vector<std::set<int>> writers_;                // by value: the steps that write its elements
};

bool Checker::conflict(const Step& a, const Step& b, std::vector<std::vector<int>>& marks, int stamp) const {
    bool found = false;
    const auto test = [&](const std::vector<PlannedView>& first, const std::vector<PlannedView>& second) {
        ++stamp;
        for (const auto& view : first) {
            auto& memory = marks[cells_.memory_of(view.root)];
            cells_.for_each_run(view, [&](std::size_t begin, std::size_t end) {
                std::fill(memory.begin() + static_cast<std::ptrdiff_t>(begin),
                          memory.begin() + static_cast<std::ptrdiff_t>(end), stamp);
            });
        }
        for (const auto& view : second) {
            const auto& memory = marks[cells_.memory_of(view.root)];
            cells_.for_each_run(view, [&](std::size_t begin, std::size_t end) {
                for (std::size_t cell = begin; cell < end; ++cell) found = found || memory[cell] == stamp;
            });
        }
    };
    test(a.writes, b.writes);
    if (!found) test(a.writes, b.reads);
    if (!found) test(a.reads, b.writes);
    return found;
}

void Checker::check_order() const {
    const std::size_t count = plan_.steps.size();
    std::vector<std::vector<bool>> before(count, std::vector<bool>(count, false));
    std::vector<std::vector<int>> marks;
    for (std::size_t m = 0; m < cells_.memory_count(); ++m) marks.emplace_back(cells_.cell_count(m), -1);
    int stamp = 0;
    for (std::size_t s = 0; s < count; ++s) {
        for (const int dependency : plan_.steps[s].dependencies) {
            if (dependency < 0 || static_cast<std::size_t>(dependency) >= s)
                fail("{} depends on a later step", plan_.steps[s].name);
            const auto& earlier = before[static_cast<std::size_t>(dependency)];
            for (std::size_t i = 0; i < s; ++i) before[s][i] = before[s][i] || earlier[i];
            before[s][static_cast<std::size_t>(dependency)] = true;
        }
        for (std::size_t i = 0; i < s; ++i) {
            if (before[s][i]) continue;
            if (conflict(plan_.steps[i], plan_.steps[s], marks, stamp))
                fail("{} and {} touch the same bytes in any order", plan_.steps[i].name, plan_.steps[s].name);
            stamp += 3;
        }
    }
}

void Checker::check_outputs(const std::vector<std::vector<int>>& owner, int nobody) const {
    for (std::size_t p = 0; p < graph_.outputs().size(); ++p) {
        const auto& port = graph_.outputs()[p];
        const auto root = std::ranges::find_if(plan_.roots, [&](const Root& candidate) {
            return candidate.kind == RootKind::Output && candidate.port == static_cast<int>(p);
        });
        if (element_count(port.spec.shape()) == 0) continue;
        if (root == plan_.roots.end()) fail("output {} has no root", port.name);
        const int index = static_cast<int>(root - plan_.roots.begin());
        const PlannedView view{index, 0, port.spec.dtype, port.spec.layout};
        cells_.for_each_run(view, [&](std::size_t begin, std::size_t end) {
            const auto& memory = owner[cells_.memory_of(index)];
            for (std::size_t cell = begin; cell < end; ++cell) {
                if (memory[cell] == nobody) fail("output {} is not written as a whole", port.name);
            }
        });
    }
}

void Checker::check_contents() const {
    constexpr int nobody = -2;
    std::vector<std::vector<int>> owner;
    for (std::size_t m = 0; m < cells_.memory_count(); ++m) owner.emplace_back(cells_.cell_count(m), nobody);
    for (std::size_t r = 0; r < plan_.roots.size(); ++r) {
        const auto kind = plan_.roots[r].kind;
        if (kind == RootKind::Input || kind == RootKind::Constant)
            std::ranges::fill(owner[cells_.memory_of(static_cast<int>(r))], outside);
    }
    // What an input holds is there from the start, also where check_views found it in the memory of an output.
    for (const auto& port : graph_.inputs()) {
        if (!has_home(port.value)) continue;
        const auto& view = plan_.view(port.value);
        auto& memory = owner[cells_.memory_of(view.root)];
        cells_.for_each_run(view, [&](std::size_t begin, std::size_t end) {
            std::fill(memory.begin() + static_cast<std::ptrdiff_t>(begin), memory.begin() + static_cast<std::ptrdiff_t>(end),
                      outside);
        });
    }
    for (std::size_t s = 0; s < plan_.steps.size(); ++s) {
        const Step& step = plan_.steps[s];
        for (std::size_t i = 0; i < step.reads.size(); ++i) {
            auto allowed = writers_[slot(step.inputs[i])];
            // A copy through a dense buffer reads what the copy before it wrote.
            if (step.node.index < 0 && s > 0 && plan_.steps[s - 1].inputs == step.inputs)
                allowed.insert(static_cast<int>(s) - 1);
            const auto& memory = owner[cells_.memory_of(step.reads[i].root)];
            int known = nobody;  // a writer that is allowed: neighbours mostly have the same
            cells_.for_each_run(step.reads[i], [&](std::size_t begin, std::size_t end) {
                for (std::size_t cell = begin; cell < end; ++cell) {
                    if (memory[cell] == known) continue;
                    known = memory[cell];
                    if (!allowed.contains(known))
                        fail("{} reads bytes of {} that its producers did not write last", step.name,
                             graph_.value(step.inputs[i]).name);
                }
            });
        }
        for (const auto& view : step.writes) {
            auto& memory = owner[cells_.memory_of(view.root)];
            cells_.for_each_run(view, [&](std::size_t begin, std::size_t end) {
                const auto first = memory.begin() + static_cast<std::ptrdiff_t>(begin);
                const auto last = memory.begin() + static_cast<std::ptrdiff_t>(end);
                if (std::find(first, last, static_cast<int>(s)) != last) fail("{} writes the same bytes twice", step.name);
                std::fill(first, last, static_cast<int>(s));
            });
        }
    }
    check_outputs(owner, nobody);
}

}  // namespace

void check_plan(const Graph& graph, const OpTraits& traits, const Plan& plan) {
    Checker(graph, traits, plan).run();
}

}  // namespace abut::planning
