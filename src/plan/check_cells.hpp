// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "abut/plan.hpp"

namespace abut::planning {

/// Memory cut into cells, the largest blocks of bytes that no view of the plan divides: the arena first, then each root of
/// the caller's and each constant.
class CheckCells {
public:
    explicit CheckCells(const Plan& plan);

    /// Index of the memory that `root` lies in.
    [[nodiscard]] std::size_t memory_of(int root) const { return memory_[static_cast<std::size_t>(root)]; }
    [[nodiscard]] std::size_t memory_count() const { return cell_bytes_.size(); }
    [[nodiscard]] std::size_t cell_count(std::size_t memory) const { return counts_[memory]; }
    /// Calls `visit(first, last)` for each run [first, last) of cells of the view.
    void for_each_run(const PlannedView& view, const std::function<void(std::size_t, std::size_t)>& visit) const;

private:
    const Plan& plan_;
    std::vector<std::size_t> memory_;       // by root
    std::vector<std::int64_t> cell_bytes_;  // by memory
    std::vector<std::size_t> counts_;       // by memory
};

}  // namespace abut::planning
