// SPDX-License-Identifier: Apache-2.0
#include "plan/box_index.hpp"

#include <algorithm>
#include <bit>

namespace abut::planning {

Dims plus(Dims a, const Dims& b) {
    for (int i = 0; i < a.rank(); ++i) a[i] += b[i];
    return a;
}

Shape Box::extents() const {
    Shape extents = high;
    for (int i = 0; i < extents.rank(); ++i) extents[i] -= low[i];
    return extents;
}

bool Box::intersects(const Box& other) const {
    for (int i = 0; i < low.rank(); ++i) {
        if (high[i] <= other.low[i] || other.high[i] <= low[i]) return false;
    }
    return true;
}

Box Box::moved(const Dims& by) const {
    return {plus(low, by), plus(high, by)};
}

Box Box::joined(const Box& other) const {
    Box result = *this;
    for (int i = 0; i < low.rank(); ++i) {
        result.low[i] = std::min(low[i], other.low[i]);
        result.high[i] = std::max(high[i], other.high[i]);
    }
    return result;
}

void BoxIndex::insert(const Box& box, int id) {
    ++count_;
    if (!entries_.empty() && entries_.back().box == box) {
        entries_.back().ids.push_back(id);
        return;
    }
    entries_.push_back({box, {id}});
    if (entries_.size() < sort_at_) {
        if (axis_ >= 0) sort_in(entries_.size() - 1);
        return;
    }
    sort_at_ *= 2;
    axis_ = widest_spread();
    by_width_.clear();
    if (axis_ < 0) return;
    for (std::size_t entry = 0; entry < entries_.size(); ++entry) sort_in(entry);
}

void BoxIndex::sort_in(std::size_t entry) {
    const Box& box = entries_[entry].box;
    const auto extent = static_cast<std::uint64_t>(box.high[axis_] - box.low[axis_]);
    const auto width = static_cast<std::size_t>(std::bit_width(extent));
    if (by_width_.size() <= width) by_width_.resize(width + 1);
    by_width_[width].emplace(box.low[axis_], entry);
}

/// The axis where the boxes together cover their common extent the fewest times; -1 without axes.
int BoxIndex::widest_spread() const {
    int best = -1;
    double fewest = std::numeric_limits<double>::infinity();
    Box all = entries_.front().box;
    for (const auto& entry : entries_) all = all.joined(entry.box);
    for (int axis = 0; axis < all.low.rank(); ++axis) {
        double covered = 0;
        for (const auto& entry : entries_) covered += static_cast<double>(entry.box.high[axis] - entry.box.low[axis]);
        const double times = covered / std::max(1.0, static_cast<double>(all.high[axis] - all.low[axis]));
        if (times >= fewest) continue;
        fewest = times;
        best = axis;
    }
    return best;
}

}  // namespace abut::planning
