// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace abut::planning {

/// Stretches of memory that are taken during some steps, found by the time at which they are.
class OccupiedMemory {
public:
    explicit OccupiedMemory(int steps);

    /// Takes [begin, end) from step `first` to step `last`, both included.
    void take(std::int64_t begin, std::int64_t end, int first, int last);
    /// The lowest offset from which `size_bytes` are free from step `first` to step `last`.
    [[nodiscard]] std::int64_t lowest_gap(std::int64_t size_bytes, int first, int last);

private:
    struct Stretch {
        std::int64_t begin;
        std::int64_t end;
    };

    // A binary tree over steps, node i above 2i and 2i + 1: a stretch is in the few nodes whose steps make up its life.
    std::size_t leaves_ = 1;
    std::vector<std::vector<Stretch>> alive_;
    std::vector<std::vector<Stretch>> born_;  // by first step
    std::vector<Stretch> near_;               // reused
};

}  // namespace abut::planning
