// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "abut/operations.hpp"

namespace abut {

/// Most taps of an odd number that minimal filtering takes along a dimension, so many results at a time. The points
/// of a dimension, results + taps - 1, are pairs, zero and infinity. The error grows with them: eight in each of two
/// dimensions, or ten in one, have two to three times that of the six in two that 3x3 kernels take.
constexpr std::int64_t most_winograd_taps(std::int64_t outputs, bool one_dimension) {
    return (one_dimension ? 10 : 8) + 1 - outputs;
}

/// Whether minimal filtering computes kernels of those extents, so many rows and columns of results at a time.
constexpr bool fits_winograd(const Pair& kernel, std::int64_t outputs) {
    const std::int64_t most = most_winograd_taps(outputs, kernel[0] == 1 || kernel[1] == 1);
    const auto fits = [&](std::int64_t taps) { return taps >= 1 && taps <= most && taps % 2 == 1; };
    return kernel != Pair{1, 1} && fits(kernel[0]) && fits(kernel[1]);
}

}  // namespace abut
