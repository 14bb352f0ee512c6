// SPDX-License-Identifier: Apache-2.0
#include "ops/loop_nest.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace abut::ops {
namespace {

bool does_nothing(const LoopAxis& axis) {
    return axis.extent == 1 && axis.map < 0;
}

/// Whether one loop over outer.extent * inner.extent steps of `inner` does what the two do.
bool joins(const LoopAxis& outer, const LoopAxis& inner) {
    if (outer.map >= 0 || inner.map >= 0) return false;
    for (std::size_t operand = 0; operand < inner.strides.size(); ++operand) {
        if (outer.strides[operand] != inner.strides[operand] * inner.extent) return false;
    }
    return true;
}

bool unit_steps(const LoopAxis& axis, std::span<const std::size_t> operands) {
    return std::ranges::all_of(operands, [&](std::size_t operand) { return axis.strides[operand] == 1; });
}

}  // namespace

LoopNest loop_nest(const Shape& shape, std::span<const Strides> operands) {
    LoopNest nest;
    for (int axis = 0; axis < shape.rank(); ++axis) {
        LoopAxis& loop = nest.emplace_back(LoopAxis{.extent = shape[axis], .strides = {}});
        for (const Strides& strides : operands) loop.strides.push_back(strides[axis]);
    }
    return nest;
}

std::int64_t iterations(const LoopNest& nest) {
    std::int64_t count = 1;
    for (const LoopAxis& axis : nest) count *= axis.extent;
    return count;
}

LoopNest joined(LoopNest nest) {
    LoopNest result;
    for (LoopAxis& axis : nest) {
        if (does_nothing(axis)) continue;
        if (!result.empty() && joins(result.back(), axis)) {
            result.back().extent *= axis.extent;
            result.back().strides = std::move(axis.strides);
        } else {
            result.push_back(std::move(axis));
        }
    }
    return result;
}

LoopNest normalised(LoopNest nest, std::size_t operand) {
    std::erase_if(nest, does_nothing);
    std::ranges::stable_sort(nest, std::ranges::greater{},
                             [&](const LoopAxis& axis) { return std::abs(axis.strides[operand]); });
    return joined(std::move(nest));
}

LoopAxis taken(LoopNest& nest, std::size_t index) {
    LoopAxis axis = std::move(nest[index]);
    nest.erase(nest.begin() + static_cast<std::ptrdiff_t>(index));
    return axis;
}

int lane_axis(const LoopNest& nest, std::span<const std::size_t> operands) {
    if (nest.empty()) return -1;
    const auto unit = std::ranges::find_if(
        nest, [&](const LoopAxis& axis) { return axis.extent >= half_vector && unit_steps(axis, operands); });
    if (unit != nest.end()) return static_cast<int>(unit - nest.begin());
    // Lanes that are far apart in every operand take a line of the cache each.
    const auto unit_somewhere = std::ranges::find_if(nest, [](const LoopAxis& axis) {
        return axis.extent >= half_vector && std::ranges::find(axis.strides, 1) != axis.strides.end();
    });
    if (unit_somewhere != nest.end()) return static_cast<int>(unit_somewhere - nest.begin());
    // The last of several longest: the later, the nearer its elements.
    const auto longest = std::ranges::max_element(nest.rbegin(), nest.rend(), {}, &LoopAxis::extent);
    return static_cast<int>(nest.rend() - longest) - 1;
}

std::vector<std::int64_t> strides_of(const LoopNest& nest, std::size_t operand) {
    std::vector<std::int64_t> strides;
    for (const LoopAxis& axis : nest) strides.push_back(axis.strides[operand]);
    return strides;
}

std::vector<std::int64_t> extents_of(const LoopNest& nest) {
    std::vector<std::int64_t> extents;
    for (const LoopAxis& axis : nest) extents.push_back(axis.extent);
    return extents;
}

}  // namespace abut::ops
