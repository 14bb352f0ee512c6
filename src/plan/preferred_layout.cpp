// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/checked.hpp"
#include "plan/op_traits.hpp"

namespace abut::planning {

Layout pitched_layout(const Shape& shape, const PreferredLayout& preferred) {
    Layout layout{shape, Dims::filled(shape.rank(), 1)};
    std::int64_t stride = 1;
    for (int position = shape.rank() - 1; position >= 0; --position) {
        const int axis = static_cast<int>(preferred.order[position]);
        if (position == preferred.row_axes - 1) {
            const std::int64_t multiple = preferred.pitch_multiple;
            stride = core::checked_add(stride, multiple - 1) / multiple * multiple;
        }
        layout.strides[axis] = stride;
        stride = core::checked_multiply(stride, std::max<std::int64_t>(shape[axis], 1));
    }
    return layout;
}

}  // namespace abut::planning
