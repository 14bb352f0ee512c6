// SPDX-License-Identifier: Apache-2.0
#include "plan/occupied_memory.hpp"

#include <algorithm>
#include <bit>

namespace abut::planning {

namespace {

/// Calls `visit(node)` for the few nodes of a tree of `leaves` whose steps make up [first, end).
template <class Visit>
void for_each_node(std::size_t leaves, std::size_t first, std::size_t end, const Visit& visit) {
    std::size_t low = first + leaves;
    std::size_t high = end + leaves;
    for (; low < high; low /= 2, high /= 2) {
        if (low % 2 == 1) visit(low++);
        if (high % 2 == 1) visit(--high);
    }
}

}  // namespace

OccupiedMemory::OccupiedMemory(int steps)
    : leaves_(std::bit_ceil(static_cast<std::size_t>(std::max(steps, 1)))),
      alive_(2 * leaves_),
      born_(2 * leaves_) {}

void OccupiedMemory::add(Stretches& stretches, Stretch stretch) {
    const auto first = std::ranges::lower_bound(stretches, stretch.begin, {}, &Stretch::end);
    auto last = first;
    for (; last != stretches.end() && last->begin <= stretch.end; ++last) {
        stretch.begin = std::min(stretch.begin, last->begin);
        stretch.end = std::max(stretch.end, last->end);
    }
    if (first == last) {
        stretches.insert(first, stretch);
        return;
    }
    *first = stretch;
    stretches.erase(first + 1, last);
}

void OccupiedMemory::take(std::int64_t begin, std::int64_t end, int first, int last) {
    const auto born = static_cast<std::size_t>(first);
    for (std::size_t node = born + leaves_; node > 0; node /= 2) add(born_[node], {begin, end});
    for_each_node(leaves_, born, static_cast<std::size_t>(last) + 1, [&](std::size_t node) {
        add(alive_[node], {begin, end});
    });
}

std::int64_t OccupiedMemory::lowest_gap(std::int64_t size_bytes, int first, int last) {
    near_.clear();
    const auto collect = [&](const Stretches& stretches) { near_.insert(near_.end(), stretches.begin(), stretches.end()); };
    for (std::size_t node = static_cast<std::size_t>(first) + leaves_; node > 0; node /= 2) collect(alive_[node]);
    for_each_node(leaves_, static_cast<std::size_t>(first) + 1, static_cast<std::size_t>(last) + 1,
                  [&](std::size_t node) { collect(born_[node]); });
    std::ranges::sort(near_, {}, &Stretch::begin);
    std::int64_t offset = 0;
    for (const auto& taken : near_) {
        if (taken.begin - offset >= size_bytes) break;
        offset = std::max(offset, taken.end);
    }
    return offset;
}

}  // namespace abut::planning
