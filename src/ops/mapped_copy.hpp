// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "ops/axis_tables.hpp"
#include "ops/lower.hpp"

namespace abut::ops {

/// y[i, j, ...] = x[map(i), map(j), ...], one map an axis, or `fill` where a map says -1: the kernel mapped_copy.cl.
LoweredStep lower_mapped_copy(const StepSpec& step, std::span<const AxisMap> maps, float fill, const DeviceProfile& device);

}  // namespace abut::ops
