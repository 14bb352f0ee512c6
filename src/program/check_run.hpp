// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "abut/program.hpp"

namespace abut::programs {

/// What a check looked at.
struct CheckReport {
    int steps = 0;                  ///< launches of each of the three runs
    std::int64_t memory_bytes = 0;  ///< compared after every step: the arena and the memory of inputs and outputs
};

/// Runs the program three times, step by step: in the order of the plan with an arena and outputs full of NaN, then with a
/// large number and the steps in other orders that their dependencies allow, one that `seed` draws and the one in which what
/// comes last in the plan runs as early as may be. All runs must give the same bits, and after each step every byte outside
/// the views that it writes must be as it was before; so inputs stay.
/// Blocks; needs host memory for two copies of what it compares.
///
/// Throws InvalidArgument that names step, value and byte where that does not hold, and as Session::enqueue does.
CheckReport check_run(Session& session, std::span<const Binding> inputs, std::span<const Binding> outputs,
                      std::uint32_t seed = 1);

}  // namespace abut::programs
