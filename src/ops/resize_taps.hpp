// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "abut/operations.hpp"
#include "ops/axis_tables.hpp"

/// Which elements of x a resized axis reads, computed once on the host in float32 as ONNX's Resize says.
namespace abut::ops {

/// Whether `axis` keeps its elements as they are.
bool is_kept(const Resize& resize, const Shape& x, int axis);

/// Of the nearest mode: the element that each output element repeats.
AxisMap nearest_map(const Resize& resize, const Shape& x, int axis);

/// Of the linear mode: output element i is low[i] * (1 - share[i]) + high[i] * share[i].
struct LinearTaps {
    AxisMap low;
    AxisMap high;
    std::vector<float> share;
};
LinearTaps linear_taps(const Resize& resize, const Shape& x, int axis);

}  // namespace abut::ops
