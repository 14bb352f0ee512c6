// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "ops/packing.hpp"
#include "ops/window_problem.hpp"

/// Winograd's minimal filtering for 3x3 kernels (A. Lavin, S. Gray, Fast Algorithms for Convolutional Neural Networks,
/// 2015).
namespace abut::ops {

/// Rows and columns of a transformed square for `outputs` (2 or 4) rows and columns of results.
constexpr std::int64_t winograd_points(std::int64_t outputs) {
    return outputs + 2;
}

/// [group][chunk of channels][point][block of `lanes` output channels][channel][lane], zero past the last output channel.
PackedConstant winograd_weights(ValueId source, const WeightsShape& shape, std::int64_t outputs, std::int64_t chunk,
                                std::int64_t lanes);

}  // namespace abut::ops
