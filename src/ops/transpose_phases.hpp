// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "ops/window_problem.hpp"

namespace abut::ops {

/// The outputs of one axis of a transposed convolution whose coordinates have the same remainder by the stride: a
/// convolution of stride 1 over the input.
struct TransposePhase {
    std::int64_t first_out = 0;      ///< coordinate of the first output; the next is a stride further
    std::int64_t first_in = 0;       ///< input under its first tap, may lie before the input
    std::vector<std::int64_t> taps;  ///< of the kernel, in the order of the inputs they meet; may be empty
};

/// The phases of an axis by first_out, as many as there are outputs that differ. `pad` crops the output's front. Throws
/// Unsupported for more than 65536.
std::vector<TransposePhase> transpose_phases(const WindowAxis& axis);

/// The convolution that every phase of `axis` is, with the most taps that one has.
WindowAxis phase_axis(const WindowAxis& axis, const std::vector<TransposePhase>& phases);

}  // namespace abut::ops
