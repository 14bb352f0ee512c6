// SPDX-License-Identifier: Apache-2.0
#include "plan/root_axes.hpp"

#include <algorithm>
#include <functional>
#include <vector>

namespace abut::planning {

RootAxes::RootAxes(const Layout& root) {
    std::vector<std::int64_t> strides;
    for (int axis = 0; axis < root.shape.rank(); ++axis) {
        if (root.shape[axis] > 1 && root.strides[axis] > 1) strides.push_back(root.strides[axis]);
    }
    std::ranges::sort(strides, std::greater<>());
    for (const auto stride : strides) {
        const int rank = strides_.rank();
        if (rank + 1 < Dims::max_rank && (rank == 0 || (strides_[rank - 1] > stride && strides_[rank - 1] % stride == 0)))
            strides_.push_back(stride);
    }
    strides_.push_back(1);
}

Box RootAxes::box_of(const Region& region) const {
    const int rank = strides_.rank();
    Box box{Dims::filled(rank, 0), Dims::filled(rank, 1)};
    std::int64_t offset = region.offset;
    for (int digit = 0; digit < rank; ++digit) {
        box.low[digit] = offset / strides_[digit];
        offset %= strides_[digit];
    }
    Dims reach = Dims::filled(rank, 0);  // how far the last element is from the first, by digit
    for (int axis = 0; axis < region.layout.shape.rank(); ++axis) {
        const std::int64_t steps = region.layout.shape[axis] - 1;
        const std::int64_t stride = region.layout.strides[axis];
        if (steps <= 0 || stride <= 0) continue;
        int digit = 0;
        while (stride % strides_[digit] != 0) ++digit;
        reach[digit] += steps * (stride / strides_[digit]);
    }
    // Where a digit overflows into the one before it, it takes every number.
    std::int64_t carry = 0;
    for (int digit = rank - 1; digit >= 0; --digit) {
        const std::int64_t last = box.low[digit] + reach[digit] + carry;
        box.high[digit] = last + 1;
        if (digit == 0) break;
        const std::int64_t numbers = strides_[digit - 1] / strides_[digit];
        carry = last / numbers;
        if (carry == 0) continue;
        box.low[digit] = 0;
        box.high[digit] = numbers;
    }
    return box;
}

}  // namespace abut::planning
