// SPDX-License-Identifier: Apache-2.0
#include "abut/shape.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/checked.hpp"

namespace abut::inline v0 {

Dims::Dims(std::span<const std::int64_t> values) {
    core::require(values.size() <= max_rank, "expected at most {} axes, found {}", int{max_rank}, values.size());
    std::ranges::copy(values, values_.begin());
    rank_ = static_cast<int>(values.size());
}

Dims Dims::filled(int rank, std::int64_t value) {
    core::require(rank >= 0 && rank <= max_rank, "expected 0 to {} axes, found {}", int{max_rank}, rank);
    Dims dims;
    std::fill_n(dims.values_.begin(), rank, value);
    dims.rank_ = rank;
    return dims;
}

void Dims::push_back(std::int64_t value) {
    core::require(rank_ < max_rank, "expected at most {} axes, found one more", int{max_rank});
    values_[static_cast<std::size_t>(rank_++)] = value;
}

bool Dims::operator==(const Dims& other) const noexcept {
    return std::equal(begin(), end(), other.begin(), other.end());
}

std::int64_t element_count(const Shape& shape) {
    std::int64_t count = 1;
    bool is_empty = false;
    for (const std::int64_t extent : shape) {
        if (extent < 0) core::fail_invalid("expected extents of 0 and more, found {}", to_string(shape));
        is_empty = is_empty || extent == 0;
        // Empty axes count as 1, so that the strides of an empty tensor can't overflow either.
        const bool overflows = __builtin_mul_overflow(count, std::max<std::int64_t>(extent, 1), &count);
        if (overflows) core::fail_invalid("the number of elements of {} overflows 63 bits", to_string(shape));
    }
    return is_empty ? 0 : count;
}

int normalized_axis(std::int64_t axis, int rank) {
    core::require(axis >= -rank && axis < rank, "expected an axis in [{}, {}), found {}", -rank, rank, axis);
    return static_cast<int>(axis < 0 ? axis + rank : axis);
}

std::string to_string(const Dims& dims) {
    if (dims.rank() == 0) return "scalar";
    return fmt::format("{}", fmt::join(dims.begin(), dims.end(), "x"));
}

}  // namespace abut::inline v0
