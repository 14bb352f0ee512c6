// SPDX-License-Identifier: Apache-2.0
#include "plan/check_cells.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/distinct.hpp"
#include "core/fail.hpp"

namespace abut::planning {
namespace {

constexpr std::size_t most_cells = std::size_t{1} << 26;

struct Loop {
    std::int64_t extent;
    std::int64_t stride_bytes;
};

/// The view as nested loops over elements, the narrowest stride first; repeated elements count once.
std::vector<Loop> loops_of(const PlannedView& view) {
    const std::int64_t element = size_bytes(view.dtype);
    std::vector<Loop> loops;
    for (int axis = 0; axis < view.layout.shape.rank(); ++axis) {
        if (view.layout.shape[axis] != 1 && view.layout.strides[axis] != 0)
            loops.push_back({view.layout.shape[axis], view.layout.strides[axis] * element});
    }
    std::ranges::sort(loops, {}, &Loop::stride_bytes);
    return loops;
}

template <class Visit>
void visit_offsets(const std::vector<Loop>& loops, std::size_t depth, std::int64_t offset, const Visit& visit) {
    if (depth == 0) return visit(offset);
    for (std::int64_t i = 0; i < loops[depth - 1].extent; ++i)
        visit_offsets(loops, depth - 1, offset + i * loops[depth - 1].stride_bytes, visit);
}

std::size_t position(const std::vector<std::int64_t>& cuts, std::int64_t at) {
    return static_cast<std::size_t>(std::ranges::lower_bound(cuts, at) - cuts.begin());
}

std::vector<std::vector<PlannedView>> views_by_root(const Graph& graph, const Plan& plan) {
    std::vector<std::vector<PlannedView>> views(plan.roots.size());
    const auto add = [&](const PlannedView& view) {
        if (element_count(view.layout.shape) > 0) views[static_cast<std::size_t>(view.root)].push_back(view);
    };
    for (const auto& step : plan.steps) {
        std::ranges::for_each(step.reads, add);
        std::ranges::for_each(step.writes, add);
    }
    for (std::size_t r = 0; r < plan.roots.size(); ++r) {
        if (plan.roots[r].kind != RootKind::Output) continue;
        const auto& spec = graph.outputs().at(static_cast<std::size_t>(plan.roots[r].port)).spec;
        add({static_cast<int>(r), 0, spec.dtype, spec.layout});
    }
    for (const auto& port : graph.inputs()) {
        const auto& view = plan.placements.at(static_cast<std::size_t>(port.value.index));
        if (view && plan.roots[static_cast<std::size_t>(view->root)].kind == RootKind::Output) add(*view);
    }
    return views;
}

}  // namespace

CheckCells::CheckCells(const Graph& graph, const Plan& plan) : grids_(plan.roots.size()) {
    const auto views = views_by_root(graph, plan);
    for (std::size_t r = 0; r < grids_.size(); ++r) {
        Grid& grid = grids_[r];
        if (views[r].empty()) continue;
        set_digits(views[r], grid);
        set_cuts(views[r], grid);
        if (grid.is_flat) grid.cells = static_cast<std::size_t>(plan.roots[r].size_bytes / grid.unit_bytes);
        if (grid.cells > most_cells) {
            core::fail(ErrorCode::Unsupported,
                       "a buffer of {} bytes is seen in so many ways that its plan can't be verified: expected {} blocks "
                       "that no view divides, found {}",
                       plan.roots[r].size_bytes, most_cells, grid.cells);
        }
    }
}

void CheckCells::set_digits(const std::vector<PlannedView>& views, Grid& grid) {
    std::vector<std::int64_t> strides;
    for (const auto& view : views) {
        grid.unit_bytes = std::gcd(grid.unit_bytes, std::gcd(size_bytes(view.dtype), view.offset_bytes));
        for (const auto& loop : loops_of(view)) strides.push_back(loop.stride_bytes);
    }
    for (const auto stride : strides) grid.unit_bytes = std::gcd(grid.unit_bytes, stride);
    strides.push_back(grid.unit_bytes);
    strides = core::distinct(std::move(strides));
    std::ranges::reverse(strides);
    for (const auto stride : strides) {
        const std::int64_t outer = grid.digits.empty() ? 0 : grid.digits.back().stride;
        const std::int64_t units = stride / grid.unit_bytes;
        grid.is_flat = grid.is_flat || outer % units != 0;
        grid.digits.push_back({.stride = units, .numbers = outer / units});
    }
}

std::optional<CheckCells::Intervals> CheckCells::intervals_of(const Grid& grid, const PlannedView& view) {
    Intervals intervals(grid.digits.size());
    std::int64_t offset = view.offset_bytes / grid.unit_bytes;
    for (std::size_t digit = 0; digit < intervals.size(); ++digit) {
        intervals[digit].low = offset / grid.digits[digit].stride;
        intervals[digit].high = intervals[digit].low + 1;
        offset %= grid.digits[digit].stride;
    }
    const auto widen = [&](std::int64_t extent, std::int64_t stride) {
        auto digit = static_cast<std::size_t>(
            std::ranges::find(grid.digits, stride, [](const Digit& known) { return known.stride; }) - grid.digits.begin());
        for (;; --digit) {
            Interval& interval = intervals[digit];
            if (interval.high - interval.low != 1) return false;
            const std::int64_t numbers = grid.digits[digit].numbers;
            if (digit == 0 || interval.low + extent <= numbers) {
                interval.high = interval.low + extent;
                return true;
            }
            // An axis that runs over all of a digit goes on in the one before it.
            if (interval.low != 0 || extent % numbers != 0) return false;
            interval.high = numbers;
            extent /= numbers;
        }
    };
    if (!widen(size_bytes(view.dtype) / grid.unit_bytes, 1)) return std::nullopt;
    for (const auto& loop : loops_of(view)) {
        if (!widen(loop.extent, loop.stride_bytes / grid.unit_bytes)) return std::nullopt;
    }
    return intervals;
}

void CheckCells::set_cuts(const std::vector<PlannedView>& views, Grid& grid) {
    for (const auto& view : views) {
        if (grid.is_flat) return;
        const auto intervals = intervals_of(grid, view);
        grid.is_flat = !intervals;
        for (std::size_t digit = 0; intervals && digit < grid.digits.size(); ++digit) {
            grid.digits[digit].cuts.push_back((*intervals)[digit].low);
            grid.digits[digit].cuts.push_back((*intervals)[digit].high);
        }
    }
    grid.cells = 1;
    for (auto& [stride, numbers, cuts] : grid.digits) {
        cuts = core::distinct(std::move(cuts));
        // Each factor is below the root's bytes, and so is the product.
        grid.cells *= cuts.size() - 1;
    }
}

void CheckCells::for_each_run(const PlannedView& view, const std::function<void(std::size_t, std::size_t)>& visit) const {
    if (element_count(view.layout.shape) == 0) return;
    const Grid& grid = grids_[static_cast<std::size_t>(view.root)];
    if (grid.is_flat) {
        const auto loops = loops_of(view);
        visit_offsets(loops, loops.size(), view.offset_bytes, [&](std::int64_t offset) {
            visit(static_cast<std::size_t>(offset / grid.unit_bytes),
                  static_cast<std::size_t>((offset + size_bytes(view.dtype)) / grid.unit_bytes));
        });
        return;
    }
    const auto intervals = intervals_of(grid, view);
    struct Range {
        std::size_t first;
        std::size_t last;
        std::size_t cells;  ///< of one number of the digit
    };
    std::vector<Range> ranges;
    std::size_t cells = grid.cells;
    for (std::size_t digit = 0; digit < grid.digits.size(); ++digit) {
        const auto& cuts = grid.digits[digit].cuts;
        cells /= cuts.size() - 1;
        ranges.push_back({position(cuts, (*intervals)[digit].low), position(cuts, (*intervals)[digit].high), cells});
    }
    const auto walk = [&](const auto& self, std::size_t digit, std::size_t base) -> void {
        const Range& range = ranges[digit];
        if (digit + 1 == ranges.size()) return visit(base + range.first, base + range.last);
        for (std::size_t i = range.first; i < range.last; ++i) self(self, digit + 1, base + i * range.cells);
    };
    walk(walk, 0, 0);
}

}  // namespace abut::planning
