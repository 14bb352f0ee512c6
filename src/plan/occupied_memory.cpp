// SPDX-License-Identifier: Apache-2.0
#include "plan/occupied_memory.hpp"

#include <algorithm>
#include <bit>

namespace abut::planning {

OccupiedMemory::OccupiedMemory(int steps)
    : leaves_(std::bit_ceil(static_cast<std::size_t>(std::max(steps, 1)))),
      alive_(2 * leaves_),
      born_(leaves_) {}

void OccupiedMemory::take(std::int64_t begin, std::int64_t end, int first, int last) {
    born_[static_cast<std::size_t>(first)].push_back({begin, end});
    std::size_t low = static_cast<std::size_t>(first) + leaves_;
    std::size_t high = static_cast<std::size_t>(last) + leaves_ + 1;
    for (; low < high; low /= 2, high /= 2) {
        if (low % 2 == 1) alive_[low++].push_back({begin, end});
        if (high % 2 == 1) alive_[--high].push_back({begin, end});
    }
}

std::int64_t OccupiedMemory::lowest_gap(std::int64_t size_bytes, int first, int last) {
    near_.clear();
    for (std::size_t node = static_cast<std::size_t>(first) + leaves_; node > 0; node /= 2)
        near_.insert(near_.end(), alive_[node].begin(), alive_[node].end());
    for (auto step = static_cast<std::size_t>(first) + 1; step <= static_cast<std::size_t>(last); ++step)
        near_.insert(near_.end(), born_[step].begin(), born_[step].end());
    std::ranges::sort(near_, {}, &Stretch::begin);
    std::int64_t offset = 0;
    for (const auto& taken : near_) {
        if (taken.begin - offset >= size_bytes) break;
        offset = std::max(offset, taken.end);
    }
    return offset;
}

}  // namespace abut::planning
