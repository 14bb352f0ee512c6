// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "abut/layout.hpp"
#include "abut/plan.hpp"

namespace abut::planning {

/// A set of elements of one root: a layout whose element 0 lies `offset` elements from the root's start.
struct Region {
    std::int64_t offset = 0;
    Layout layout;
    bool operator==(const Region&) const = default;
};

/// The elements of a view in its root, whose elements all have the view's dtype.
Region region_of(const PlannedView& view);

/// False only if the regions surely share no element. Exact for boxes of one dense root, however their axes are split,
/// merged or permuted; cautious for anything else.
bool may_overlap(const Region& a, const Region& b);

}  // namespace abut::planning
