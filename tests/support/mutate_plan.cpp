// SPDX-License-Identifier: Apache-2.0
#include "support/mutate_plan.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace abut::tests {
namespace {

using Random = std::mt19937;

template <class Element>
Element* drawn(std::vector<Element>& list, Random& random) {
    return list.empty() ? nullptr : &list[random() % list.size()];
}

/// All views of steps that cover an element.
std::vector<PlannedView*> views_of(Plan& plan) {
    std::vector<PlannedView*> views;
    for (auto& step : plan.steps) {
        for (auto* list : {&step.reads, &step.writes}) {
            for (auto& view : *list) {
                if (element_count(view.layout.shape) > 0) views.push_back(&view);
            }
        }
    }
    return views;
}

bool overlap_lives(Plan& plan, Random& random) {
    std::vector<std::pair<Root*, Root*>> pairs;
    for (auto& a : plan.roots) {
        for (auto& b : plan.roots) {
            const bool both = &a != &b && a.kind == RootKind::Arena && b.kind == RootKind::Arena && a.size_bytes > 0 &&
                              b.size_bytes > 0 && a.size_bytes >= b.size_bytes;
            if (both && a.first_step <= b.last_step && b.first_step <= a.last_step) pairs.emplace_back(&a, &b);
        }
    }
    auto* pair = drawn(pairs, random);
    if (pair == nullptr) return false;
    pair->second->arena_offset_bytes = pair->first->arena_offset_bytes;
    return true;
}

bool shift_view(Plan& plan, Random& random) {
    auto views = views_of(plan);
    auto* view = drawn(views, random);
    if (view == nullptr) return false;
    const auto element_bytes = size_bytes((*view)->dtype);
    (*view)->offset_bytes += random() % 2 == 0 ? element_bytes : -element_bytes;
    return true;
}

bool remove_dependency(Plan& plan, Random& random) {
    std::vector<Step*> waiting;
    for (auto& step : plan.steps) {
        if (!step.dependencies.empty()) waiting.push_back(&step);
    }
    auto* step = drawn(waiting, random);
    if (step == nullptr) return false;
    auto& dependencies = (*step)->dependencies;
    dependencies.erase(dependencies.begin() + static_cast<std::ptrdiff_t>(random() % dependencies.size()));
    return true;
}

/// Leaves step `dropped` out; who waited for it waits for what it waited for.
void drop_step(Plan& plan, int dropped) {
    const auto before = plan.steps[static_cast<std::size_t>(dropped)].dependencies;
    plan.steps.erase(plan.steps.begin() + dropped);
    for (auto& step : plan.steps) {
        if (std::erase(step.dependencies, dropped) > 0)
            step.dependencies.insert(step.dependencies.end(), before.begin(), before.end());
        for (auto& other : step.dependencies) other -= other > dropped ? 1 : 0;
        std::ranges::sort(step.dependencies);
        step.dependencies.erase(std::unique(step.dependencies.begin(), step.dependencies.end()), step.dependencies.end());
    }
    for (auto& root : plan.roots) {
        root.first_step -= root.first_step > dropped ? 1 : 0;
        root.last_step -= root.last_step >= dropped && root.last_step > 0 ? 1 : 0;
    }
}

bool drop_copy(Plan& plan, Random& random) {
    std::vector<int> copies;
    for (std::size_t s = 0; s < plan.steps.size(); ++s) {
        if (plan.steps[s].node.index < 0) copies.push_back(static_cast<int>(s));
    }
    const auto* copy = drawn(copies, random);
    if (copy == nullptr) return false;
    drop_step(plan, *copy);
    return true;
}

bool swap_operands(Plan& plan, Random& random, bool says_so) {
    struct Pair {
        Step* step;
        std::size_t a;
        std::size_t b;
    };
    std::vector<Pair> pairs;
    for (auto& step : plan.steps) {
        for (std::size_t b = 1; b < step.reads.size(); ++b) {
            for (std::size_t a = 0; a < b; ++a) {
                const bool same = step.reads[a].layout.shape == step.reads[b].layout.shape;
                if (same && step.inputs[a] != step.inputs[b]) pairs.push_back({&step, a, b});
            }
        }
    }
    const auto* pair = drawn(pairs, random);
    if (pair == nullptr) return false;
    std::swap(pair->step->reads[pair->a], pair->step->reads[pair->b]);
    if (says_so) std::swap(pair->step->inputs[pair->a], pair->step->inputs[pair->b]);
    return true;
}

bool change_stride(Plan& plan, Random& random) {
    std::vector<std::int64_t*> strides;
    for (auto* view : views_of(plan)) {
        for (int axis = 0; axis < view->layout.shape.rank(); ++axis) {
            if (view->layout.shape[axis] > 1) strides.push_back(&view->layout.strides[axis]);
        }
    }
    auto* stride = drawn(strides, random);
    if (stride == nullptr) return false;
    **stride += random() % 2 == 0 || **stride < 2 ? 1 : -1;
    return true;
}

bool write_input(Plan& plan, Random& random) {
    std::vector<Root*> written;
    for (const auto& step : plan.steps) {
        for (const auto& view : step.writes) {
            auto& root = plan.roots[static_cast<std::size_t>(view.root)];
            if (root.kind == RootKind::Arena) written.push_back(&root);
        }
    }
    auto* root = drawn(written, random);
    if (root == nullptr) return false;
    (*root)->kind = RootKind::Input;
    (*root)->port = 0;
    return true;
}

bool plant(Plan& plan, PlanFault fault, Random& random) {
    switch (fault) {
        case PlanFault::OverlappingLives:
            return overlap_lives(plan, random);
        case PlanFault::ShiftedView:
            return shift_view(plan, random);
        case PlanFault::MissingDependency:
            return remove_dependency(plan, random);
        case PlanFault::DroppedCopy:
            return drop_copy(plan, random);
        case PlanFault::SwappedViews:
            return swap_operands(plan, random, false);
        case PlanFault::SwappedOperands:
            return swap_operands(plan, random, true);
        case PlanFault::WrongStride:
            return change_stride(plan, random);
        case PlanFault::WrittenInput:
            return write_input(plan, random);
    }
    return false;
}

}  // namespace

std::string_view to_string(PlanFault fault) {
    static constexpr std::array<std::string_view, plan_faults.size()> names{
        "overlapping lives", "shifted view",     "missing dependency", "dropped copy",
        "swapped views",     "swapped operands", "wrong stride",       "written input"};
    return names.at(static_cast<std::size_t>(fault));
}

std::optional<Plan> with_fault(const Plan& plan, PlanFault fault, std::mt19937& random) {
    Plan changed = plan;
    if (!plant(changed, fault, random)) return std::nullopt;
    return changed;
}

}  // namespace abut::tests
