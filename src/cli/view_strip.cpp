// SPDX-License-Identifier: Apache-2.0
#include "cli/view_strip.hpp"

#include <algorithm>
#include <vector>

namespace abut::cli {

namespace {

/// A run of bytes at an offset in each period.
struct Level {
    std::int64_t period_bytes;
    std::int64_t offset_bytes;
    std::int64_t run_bytes;
};

struct StridedAxis {
    std::int64_t stride_bytes;
    std::int64_t extent;
};

std::vector<StridedAxis> ascending_axes(const PlannedView& view) {
    std::vector<StridedAxis> axes;
    for (int axis = 0; axis < view.layout.shape.rank(); ++axis) {
        const std::int64_t stride = view.layout.strides[axis] * size_bytes(view.dtype);
        if (view.layout.shape[axis] > 1 && stride > 0) axes.push_back({stride, view.layout.shape[axis]});
    }
    std::ranges::sort(axes, {}, &StridedAxis::stride_bytes);
    return axes;
}

// From the innermost gaps outwards; the last level is the root itself.
std::vector<Level> levels_of(const PlannedView& view, std::int64_t root_bytes) {
    std::vector<Level> levels;
    std::int64_t run = size_bytes(view.dtype);
    std::int64_t offset = view.offset_bytes;
    for (const StridedAxis& axis : ascending_axes(view)) {
        if (axis.stride_bytes > run) {
            levels.push_back({axis.stride_bytes, offset % axis.stride_bytes, run});
            offset -= offset % axis.stride_bytes;
        }
        run = axis.stride_bytes * axis.extent;
    }
    levels.push_back({root_bytes, offset, run});
    return levels;
}

}  // namespace

Strip strip_of(const PlannedView& view, std::int64_t root_bytes) {
    const bool empty = element_count(view.layout.shape) == 0 || root_bytes <= 0;
    if (empty) return {0, 0};
    const auto levels = levels_of(view, root_bytes);
    Strip strip;
    for (auto level = levels.rbegin(); level != levels.rend(); ++level) {
        const auto period = static_cast<double>(level->period_bytes);
        const double height = strip.end - strip.begin;
        const double begin = std::min(static_cast<double>(level->offset_bytes) / period, 1.0);
        const double end = std::min(static_cast<double>(level->offset_bytes + level->run_bytes) / period, 1.0);
        strip = {strip.begin + begin * height, strip.begin + end * height};
    }
    return strip;
}

}  // namespace abut::cli
