// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "abut/plan.hpp"

namespace abut::planning {

/// Each root cut into cells, the largest blocks that no view of the plan divides. The address of an element is written as a
/// number whose digits are the strides of the root's views, and each digit is cut where a view begins or ends, so that there
/// are as many cells as views make differences, not as there are bytes. Where a view is no box of digits, every block
/// of the bytes that divide all views of the root is a cell.
class CheckCells {
public:
    /// Throws Unsupported for a root of more than 2^26 cells.
    CheckCells(const Graph& graph, const Plan& plan);

    [[nodiscard]] std::size_t cell_count(int root) const { return grids_[static_cast<std::size_t>(root)].cells; }
    /// Calls `visit(first, last)` for each run [first, last) of cells of the view.
    void for_each_run(const PlannedView& view, const std::function<void(std::size_t, std::size_t)>& visit) const;

private:
    struct Digit {
        std::int64_t stride = 1;   ///< in units
        std::int64_t numbers = 0;  ///< how many it counts to; the first has no end
        std::vector<std::int64_t> cuts{};
    };
    struct Grid {
        std::int64_t unit_bytes = 0;
        std::vector<Digit> digits;  ///< widest first
        std::size_t cells = 0;
        bool is_flat = false;  ///< one cell a unit
    };
    struct Interval {
        std::int64_t low = 0;
        std::int64_t high = 1;
    };
    using Intervals = std::vector<Interval>;  // one a digit

    static void set_digits(const std::vector<PlannedView>& views, Grid& grid);
    static std::optional<Intervals> intervals_of(const Grid& grid, const PlannedView& view);
    static void set_cuts(const std::vector<PlannedView>& views, Grid& grid);

    std::vector<Grid> grids_;  // by root
};

}  // namespace abut::planning
