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
    /// Sorted, with gaps between them: stretches that touch or overlap are one.
    using Stretches = std::vector<Stretch>;
    static void add(Stretches& stretches, Stretch stretch);

    // Two binary trees over steps, node i above 2 i and 2 i + 1. A stretch is alive in the few nodes whose steps make up its
    // life, and born in all nodes above its first step.
    std::size_t leaves_ = 1;
    std::vector<Stretches> alive_;
    std::vector<Stretches> born_;
    Stretches near_;  // reused
};

}  // namespace abut::planning
