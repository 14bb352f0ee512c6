// SPDX-License-Identifier: Apache-2.0
#include "plan/check_cells.hpp"

#include <algorithm>
#include <numeric>

namespace abut::planning {
namespace {

struct Loop {
    std::int64_t extent;
    std::int64_t stride_bytes;
};

/// The view as nested loops over contiguous runs of `run_bytes`.
struct Loops {
    std::vector<Loop> outer;
    std::int64_t run_bytes;
};

Loops loops_of(const PlannedView& view) {
    const std::int64_t element = size_bytes(view.dtype);
    Loops loops{.outer = {}, .run_bytes = element};
    for (int axis = 0; axis < view.layout.shape.rank(); ++axis) {
        if (view.layout.shape[axis] != 1)
            loops.outer.push_back({view.layout.shape[axis], view.layout.strides[axis] * element});
    }
    std::ranges::stable_sort(loops.outer, [](const Loop& a, const Loop& b) { return a.stride_bytes > b.stride_bytes; });
    while (!loops.outer.empty() && loops.outer.back().stride_bytes == loops.run_bytes) {
        loops.run_bytes *= loops.outer.back().extent;
        loops.outer.pop_back();
    }
    return loops;
}

template <class Visit>
void visit_runs(const std::vector<Loop>& outer, std::size_t depth, std::int64_t offset, const Visit& visit) {
    if (depth == outer.size()) return visit(offset);
    for (std::int64_t i = 0; i < outer[depth].extent; ++i) {
        visit_runs(outer, depth + 1, offset + i * outer[depth].stride_bytes, visit);
    }
}

template <class Visit>
void for_each_view(const Plan& plan, const Visit& visit) {
    for (const auto& step : plan.steps) {
        std::ranges::for_each(step.reads, visit);
        std::ranges::for_each(step.writes, visit);
    }
}

}  // namespace

CheckCells::CheckCells(const Plan& plan) : plan_(plan), memory_(plan.roots.size(), 0), cell_bytes_{0}, counts_{0} {
    std::vector<std::int64_t> sizes{plan.statistics.arena_bytes};
    for (std::size_t r = 0; r < plan.roots.size(); ++r) {
        if (plan.roots[r].kind == RootKind::Arena) continue;
        memory_[r] = sizes.size();
        sizes.push_back(plan.roots[r].size_bytes);
    }
    cell_bytes_.assign(sizes.size(), 0);
    for_each_view(plan, [&](const PlannedView& view) {
        auto& cell = cell_bytes_[memory_of(view.root)];
        const auto loops = loops_of(view);
        cell = std::gcd(cell, plan.roots[static_cast<std::size_t>(view.root)].arena_offset_bytes + view.offset_bytes);
        cell = std::gcd(cell, loops.run_bytes);
        for (const auto& loop : loops.outer) cell = std::gcd(cell, loop.stride_bytes);
    });
    counts_.clear();
    for (std::size_t m = 0; m < sizes.size(); ++m) {
        if (cell_bytes_[m] == 0) cell_bytes_[m] = std::max<std::int64_t>(sizes[m], 1);
        counts_.push_back(static_cast<std::size_t>((sizes[m] + cell_bytes_[m] - 1) / cell_bytes_[m]));
    }
}

void CheckCells::for_each_run(const PlannedView& view, const std::function<void(std::size_t, std::size_t)>& visit) const {
    const auto loops = loops_of(view);
    if (std::ranges::any_of(loops.outer, [](const Loop& loop) { return loop.extent == 0; }) || loops.run_bytes == 0) return;
    const std::int64_t cell = cell_bytes_[memory_of(view.root)];
    const std::int64_t base = plan_.roots[static_cast<std::size_t>(view.root)].arena_offset_bytes + view.offset_bytes;
    visit_runs(loops.outer, 0, base, [&](std::int64_t offset) {
        visit(static_cast<std::size_t>(offset / cell), static_cast<std::size_t>((offset + loops.run_bytes) / cell));
    });
}

}  // namespace abut::planning
