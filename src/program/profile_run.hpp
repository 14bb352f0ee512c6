// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "abut/program.hpp"

namespace abut::programs {

/// A tile of a step, in microseconds since the run's first tile began.
struct TileSpan {
    int step = 0;  ///< of the plan
    int worker = 0;
    std::int64_t tile = 0;
    double begin_us = 0;
    double end_us = 0;
};

/// One run of a program, tile by tile.
struct RunProfile {
    int workers = 1;
    double run_us = 0;              ///< from enqueueing to the end, as the host sees it
    std::vector<TileSpan> tiles{};  ///< in the order in which they began
};

/// Runs the session, whose program was compiled as persistent and timed, `runs` times (3 at least), and gives that of the
/// median time. Throws Unsupported where the device has no persistent kernel.
RunProfile profile_run(Session& session, std::span<const Binding> inputs, std::span<const Binding> outputs, int runs);

}  // namespace abut::programs
