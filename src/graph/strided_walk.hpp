// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "abut/layout.hpp"

namespace abut::reference {

/// Visits the elements of a shape in row-major order with the offset of each in several views of that shape.
class StridedWalk {
public:
    StridedWalk(const Shape& shape, std::vector<Strides> views)
        : shape_(shape),
          index_(Dims::filled(shape.rank(), 0)),
          views_(std::move(views)),
          offsets_(views_.size()) {}

    [[nodiscard]] std::int64_t offset(std::size_t view) const { return offsets_[view]; }

    /// To the next element; behind the last follows the first.
    void advance() {
        for (int axis = shape_.rank() - 1; axis >= 0; --axis) {
            const bool wraps = ++index_[axis] == shape_[axis];
            const std::int64_t steps = wraps ? 1 - shape_[axis] : 1;
            for (std::size_t view = 0; view < views_.size(); ++view) offsets_[view] += steps * views_[view][axis];
            if (!wraps) return;
            index_[axis] = 0;
        }
    }

private:
    Shape shape_;
    Dims index_;
    std::vector<Strides> views_;
    std::vector<std::int64_t> offsets_;
};

}  // namespace abut::reference
