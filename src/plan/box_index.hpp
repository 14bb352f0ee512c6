// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <vector>

#include "abut/shape.hpp"

namespace abut::planning {

/// The sums of both, axis by axis; they have the same rank.
Dims plus(Dims a, const Dims& b);

/// Integer boxes: the extents between two corners, one an axis.
struct Box {
    Dims low;
    Dims high;

    [[nodiscard]] Shape extents() const;
    [[nodiscard]] bool intersects(const Box& other) const;
    [[nodiscard]] Box moved(const Dims& by) const;
    [[nodiscard]] Box joined(const Box& other) const;
    bool operator==(const Box&) const = default;
};

/// Finds those of many boxes of one rank that intersect another. Sorted along the axis on which they are most apart,
/// which is chosen anew each time their number has doubled; a few are looked at one by one.
class BoxIndex {
public:
    void insert(const Box& box, int id);
    [[nodiscard]] std::size_t size() const { return count_; }

    /// Leaves out those of the ids at `box` itself for which `is_past(id)`, from now on.
    template <class IsPast>
    void forget(const Box& box, const IsPast& is_past) {
        for_each_entry_near(box, [&](std::size_t entry) {
            if (entries_[entry].box == box) std::erase_if(entries_[entry].ids, is_past);
        });
    }

    /// Calls `visit(id)` for every box that intersects `box`, in no order.
    template <class Visit>
    void for_each_near(const Box& box, const Visit& visit) const {
        for_each_entry_near(box, [&](std::size_t entry) {
            for (const int id : entries_[entry].ids) visit(id);
        });
    }

private:
    struct Entry {
        Box box;
        std::vector<int> ids;  ///< equal boxes that came one after the other
    };
    template <class Visit>
    void for_each_entry_near(const Box& box, const Visit& visit) const {
        const auto try_entry = [&](std::size_t entry) {
            if (entries_[entry].box.intersects(box)) visit(entry);
        };
        if (axis_ < 0) {
            for (std::size_t entry = 0; entry < entries_.size(); ++entry) try_entry(entry);
            return;
        }
        for (std::size_t width = 0; width < by_width_.size(); ++width) {
            const auto& sorted = by_width_[width];
            const auto end = sorted.lower_bound(box.high[axis_]);
            for (auto entry = sorted.upper_bound(reach_below(box.low[axis_], width)); entry != end; ++entry)
                try_entry(entry->second);
        }
    }
    /// A box of extent below 2^width that begins here, or before, ends before `low`.
    static std::int64_t reach_below(std::int64_t low, std::size_t width) {
        if (width >= 62) return std::numeric_limits<std::int64_t>::min();
        return low - (std::int64_t{1} << width);
    }
    void sort_in(std::size_t entry);
    [[nodiscard]] int widest_spread() const;

    static constexpr std::size_t few = 16;
    std::vector<Entry> entries_;
    int axis_ = -1;
    std::size_t sort_at_ = few;
    std::size_t count_ = 0;
    std::vector<std::multimap<std::int64_t, std::size_t>> by_width_;  // by bits of the extent; low corners on the axis
};

}  // namespace abut::planning
