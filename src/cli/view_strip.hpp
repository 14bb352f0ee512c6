// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/plan.hpp"

namespace abut::cli {

/// A part of the height of a root's rectangle, from 0 to 1.
struct Strip {
    double begin = 0;
    double end = 1;
};

/// Where a view is drawn in its root. Bytes that lie side by side are drawn so; of a view that takes part of each pitch (a
/// slice of channels that lie last) it is the same part of the height. Views that share no byte share no height, as long as
/// the same axes have gaps in both.
Strip strip_of(const PlannedView& view, std::int64_t root_bytes);

}  // namespace abut::cli
