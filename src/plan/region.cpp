// SPDX-License-Identifier: Apache-2.0
#include "plan/region.hpp"

#include <algorithm>
#include <vector>

namespace abut::planning {
namespace {

struct Axis {
    std::int64_t extent;
    std::int64_t stride;
    std::int64_t begin = 0;
};

/// Axes with more than one element, the widest stride first.
std::vector<Axis> proper_axes(const Region& region) {
    std::vector<Axis> axes;
    axes.reserve(2 * Dims::max_rank);  // as many as splitting them makes
    for (int i = 0; i < region.layout.shape.rank(); ++i) {
        if (region.layout.shape[i] > 1) axes.push_back({region.layout.shape[i], region.layout.strides[i]});
    }
    std::ranges::sort(axes, [](const Axis& a, const Axis& b) { return a.stride > b.stride; });
    return axes;
}

/// Splits `axis` so that the part inside one step of `stride` becomes an axis of its own; false if it does not divide.
bool split_at(std::vector<Axis>& axes, std::size_t index, std::int64_t stride) {
    const Axis axis = axes[index];
    const std::int64_t inner = stride / axis.stride;
    if (stride % axis.stride != 0 || axis.extent % inner != 0) return false;
    axes[index] = {axis.extent / inner, stride};
    axes.insert(axes.begin() + static_cast<std::ptrdiff_t>(index) + 1, Axis{inner, axis.stride});
    return true;
}

/// Gives `axes` every stride that `other` has: by splitting, or as an axis of extent 1.
bool refine(std::vector<Axis>& axes, const std::vector<Axis>& other) {
    for (const Axis& wanted : other) {
        std::size_t i = 0;
        while (i < axes.size() && axes[i].stride > wanted.stride) ++i;
        if (i < axes.size() && axes[i].stride == wanted.stride) continue;
        const bool crosses = i < axes.size() && axes[i].stride * axes[i].extent > wanted.stride;
        if (!crosses) {
            axes.insert(axes.begin() + static_cast<std::ptrdiff_t>(i), Axis{1, wanted.stride});
        } else if (!split_at(axes, i, wanted.stride)) {
            return false;
        }
    }
    return true;
}

/// Writes the offset as a digit an axis; false if an axis would carry into the next, so that digits don't tell regions
/// apart.
bool set_begins(std::vector<Axis>& axes, std::int64_t offset) {
    std::int64_t outer = 0;  // stride of the axis before; 0: none
    for (Axis& axis : axes) {
        if (axis.stride <= 0 || (outer != 0 && outer % axis.stride != 0)) return false;
        axis.begin = offset / axis.stride;
        offset %= axis.stride;
        if (outer != 0 && (axis.begin + axis.extent) * axis.stride > outer) return false;
        outer = axis.stride;
    }
    return axes.empty() || offset == 0 || axes.back().stride > 1;
}

}  // namespace

Region region_of(const PlannedView& view) {
    return {view.offset_bytes / size_bytes(view.dtype), view.layout};
}

bool may_overlap(const Region& a, const Region& b) {
    const std::int64_t extent_a = a.layout.extent();
    const std::int64_t extent_b = b.layout.extent();
    if (extent_a == 0 || extent_b == 0) return false;
    if (a.offset + extent_a <= b.offset || b.offset + extent_b <= a.offset) return false;

    auto axes_a = proper_axes(a);
    auto axes_b = proper_axes(b);
    if (!axes_a.empty() && axes_a.back().stride <= 0) return true;
    if (!axes_b.empty() && axes_b.back().stride <= 0) return true;
    // Below the innermost stride lies a digit of its own, e.g. the channel of one that is picked out of every pixel.
    if (!refine(axes_a, axes_b) || !refine(axes_b, axes_a)) return true;
    if (axes_a.empty() || axes_a.back().stride > 1) {
        axes_a.push_back({1, 1});
        axes_b.push_back({1, 1});
    }
    if (axes_a.size() != axes_b.size()) return true;
    if (!set_begins(axes_a, a.offset) || !set_begins(axes_b, b.offset)) return true;
    for (std::size_t i = 0; i < axes_a.size(); ++i) {
        if (axes_a[i].stride != axes_b[i].stride) return true;
        const bool apart =
            axes_a[i].begin + axes_a[i].extent <= axes_b[i].begin || axes_b[i].begin + axes_b[i].extent <= axes_a[i].begin;
        if (apart) return false;
    }
    return true;
}

}  // namespace abut::planning
