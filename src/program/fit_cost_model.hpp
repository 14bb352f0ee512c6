// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "abut/cost_model.hpp"

namespace abut::programs {

/// What a launch took that moved so many bytes.
struct TransferTime {
    std::int64_t bytes = 0;
    double ns = 0;
};

/// A kernel that reduces over `segments` views of so many rows.
struct SegmentTime {
    int segments = 1;
    std::int64_t rows = 0;
    double ns = 0;
};

/// Medians of what was measured on a device, in nanoseconds a launch.
struct CostMeasurements {
    double launch_ns = 0;                 ///< of a copy of next to nothing
    std::vector<TransferTime> copies{};   ///< by size, ascending
    std::vector<TransferTime> stores{};   ///< what one more store of so many bytes adds; ascending
    std::vector<SegmentTime> segments{};  ///< groups of one count of rows, each with one segment first
    double aligned_ns = 0;                ///< a kernel on views at multiples of 64 bytes
    double below_64_bytes_ns = 0;         ///< the same at multiples of 16
    double below_16_bytes_ns = 0;         ///< and of 4
};

/// The model that comes nearest. What noise would make absurd is bounded: nothing takes less than no time, memory is no
/// faster than a cache, a store takes no longer than a copy, and less alignment saves nothing. Pure.
CostModel fit_cost_model(const CostMeasurements& measured);

}  // namespace abut::programs
