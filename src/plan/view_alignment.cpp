// SPDX-License-Identifier: Apache-2.0
#include "plan/view_alignment.hpp"

namespace abut::planning {

std::int64_t alignment_bytes(std::int64_t offset_bytes, const Layout& layout, DType dtype) {
    std::int64_t alignment = 4096;
    const auto limit = [&](std::int64_t bytes) {
        while (bytes % alignment != 0) alignment /= 2;
    };
    limit(offset_bytes);
    const auto element_bytes = size_bytes(dtype);
    for (int axis = 0; axis < layout.shape.rank(); ++axis) {
        const auto stride = layout.strides[axis] * element_bytes;
        if (layout.shape[axis] > 1 && stride != element_bytes) limit(stride);
    }
    return alignment;
}

std::int64_t distance_bytes(const Layout& layout, const Dims& begin, DType dtype) {
    std::int64_t distance = 0;
    for (int axis = 0; axis < begin.rank(); ++axis) distance += begin[axis] * layout.strides[axis];
    return distance * size_bytes(dtype);
}

}  // namespace abut::planning
