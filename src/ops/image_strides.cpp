// SPDX-License-Identifier: Apache-2.0
#include "ops/image_strides.hpp"

namespace abut::ops {

ImageStrides image_strides(const Layout& layout, const Shape& target) {
    const Layout whole = layout.broadcast(target);
    const auto stride = [&](int axis) { return target[axis] > 1 ? whole.strides[axis] : 0; };
    return {.image = stride(0), .channel = stride(1), .row = stride(2), .column = stride(3)};
}

std::optional<std::int64_t> merged_stride(std::int64_t outer_extent, std::int64_t outer_stride, std::int64_t inner_extent,
                                          std::int64_t inner_stride) {
    if (inner_extent == 1) return outer_stride;
    if (outer_extent == 1 || outer_stride == inner_extent * inner_stride) return inner_stride;
    return std::nullopt;
}

}  // namespace abut::ops
