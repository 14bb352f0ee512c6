// SPDX-License-Identifier: Apache-2.0
#include "abut/layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/checked.hpp"

namespace abut::inline v0 {

namespace {

/// Strides without gaps for axes that lie in memory in `order`, outermost first. Empty axes count as 1.
Strides packed_strides(const Shape& shape, const Dims& order) {
    element_count(shape);  // no product below can overflow after this
    Strides strides = Strides::filled(shape.rank(), 1);
    std::int64_t stride = 1;
    for (int i = shape.rank() - 1; i >= 0; --i) {
        const int axis = static_cast<int>(order[i]);
        strides[axis] = stride;
        stride *= std::max<std::int64_t>(shape[axis], 1);
    }
    return strides;
}

Dims row_major_order(int rank) {
    Dims order;
    for (int axis = 0; axis < rank; ++axis) order.push_back(axis);
    return order;
}

Dims channels_last_order(int rank) {
    Dims order{0};
    for (int axis = 2; axis < rank; ++axis) order.push_back(axis);
    order.push_back(1);
    return order;
}

}  // namespace

Layout Layout::dense(const Shape& shape) {
    return {shape, packed_strides(shape, row_major_order(shape.rank()))};
}

Layout Layout::channels_last(const Shape& shape) {
    if (shape.rank() < 3) return dense(shape);
    return {shape, packed_strides(shape, channels_last_order(shape.rank()))};
}

bool Layout::is_dense() const {
    if (element_count(shape) == 0) return true;
    std::int64_t expected = 1;
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
        if (shape[axis] == 1) continue;
        if (strides[axis] != expected) return false;
        expected *= shape[axis];
    }
    return true;
}

std::int64_t Layout::extent() const {
    if (element_count(shape) == 0) return 0;
    std::int64_t last = 0;
    for (int axis = 0; axis < shape.rank(); ++axis) {
        const std::int64_t stride = std::max<std::int64_t>(strides[axis], 0);
        last = core::checked_add(last, core::checked_multiply(shape[axis] - 1, stride));
    }
    return core::checked_add(last, 1);
}

std::int64_t Layout::offset_of(const Dims& index) const {
    core::require(index.rank() == shape.rank(), "expected an index of {} axes, found {}", shape.rank(), index.rank());
    std::int64_t offset = 0;
    for (int axis = 0; axis < shape.rank(); ++axis) {
        if (index[axis] < 0 || index[axis] >= shape[axis])
            core::fail_invalid("expected an index inside {}, found {}", to_string(shape), to_string(index));
        offset = core::checked_add(offset, core::checked_multiply(index[axis], strides[axis]));
    }
    return offset;
}

Layout Layout::slice(int axis, std::int64_t begin, std::int64_t end, std::int64_t& offset) const {
    const int sliced = normalized_axis(axis, shape.rank());
    core::require(begin >= 0 && begin <= end && end <= shape[sliced],
                  "expected a part of [0, {}) on axis {}, found [{}, {})", shape[sliced], sliced, begin, end);
    Layout part = *this;
    part.shape[sliced] = end - begin;
    offset = core::checked_multiply(begin, strides[sliced]);
    return part;
}

Layout Layout::permute(const Dims& permutation) const {
    if (permutation.rank() != shape.rank())
        core::fail_invalid("expected a permutation of {} axes, found {}", shape.rank(), to_string(permutation));
    std::array<bool, Dims::max_rank> taken{};
    Layout result = *this;
    for (int axis = 0; axis < shape.rank(); ++axis) {
        const std::int64_t from = permutation[axis];
        if (from < 0 || from >= shape.rank() || taken[static_cast<std::size_t>(from)])
            core::fail_invalid("expected a permutation of the axes 0 to {}, found {}", shape.rank() - 1,
                               to_string(permutation));
        taken[static_cast<std::size_t>(from)] = true;
        result.shape[axis] = shape[static_cast<int>(from)];
        result.strides[axis] = strides[static_cast<int>(from)];
    }
    return result;
}

Layout Layout::broadcast(const Shape& target) const {
    const int added = target.rank() - shape.rank();
    if (added < 0) {
        core::fail_invalid("{} can't be broadcast to {}, which has fewer axes", to_string(shape), to_string(target));
    }
    Layout result{target, Strides::filled(target.rank(), 0)};
    for (int axis = 0; axis < shape.rank(); ++axis) {
        const std::int64_t wanted = target[axis + added];
        if (shape[axis] != wanted && shape[axis] != 1) {
            core::fail_invalid("{} can't be broadcast to {}: axis {} has extent {}, not 1 or {}", to_string(shape),
                               to_string(target), axis, shape[axis], wanted);
        }
        if (shape[axis] == wanted) result.strides[axis + added] = strides[axis];
    }
    return result;
}

std::string to_string(const Layout& layout) {
    return fmt::format("{} strides {}", to_string(layout.shape), to_string(layout.strides));
}

}  // namespace abut::inline v0
