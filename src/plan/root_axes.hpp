// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plan/box_index.hpp"
#include "plan/region.hpp"

namespace abut::planning {

/// The axes of a root as digits of the offset of an element: strides, the widest first, of which each divides the one
/// before; the last is 1.
class RootAxes {
public:
    explicit RootAxes(const Layout& root);

    /// A box of digits that holds every element of `region`, which is not empty. Regions whose boxes don't intersect share
    /// no element; the box of a region that is one in the root holds nothing else.
    [[nodiscard]] Box box_of(const Region& region) const;

private:
    Strides strides_;
};

}  // namespace abut::planning
