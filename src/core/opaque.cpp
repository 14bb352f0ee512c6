// SPDX-License-Identifier: Apache-2.0
#include "abut/opaque.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace abut::inline v0 {

namespace {

/// The distance of rows in elements, 0 where there is one row; nothing if the elements are no rows at a pitch.
std::optional<std::int64_t> pitch_of(const AcceptedView& accepted, const Layout& layout) {
    std::int64_t expected = 1;
    std::int64_t pitch = 0;
    for (int position = accepted.order.rank() - 1; position >= 0; --position) {
        const int axis = static_cast<int>(accepted.order[position]);
        const std::int64_t extent = layout.shape[axis];
        if (extent == 1) continue;
        const std::int64_t stride = layout.strides[axis];
        const bool is_first_row_axis = position < accepted.row_axes && pitch == 0;
        if (is_first_row_axis ? stride < expected : stride != expected) return std::nullopt;
        if (is_first_row_axis) pitch = stride;
        expected = stride * extent;
    }
    return pitch;
}

std::string described(const AcceptedView& accepted) {
    std::string text =
        fmt::format("with axes {} from the outermost in memory to the innermost", fmt::join(accepted.order, ","));
    return text + (accepted.row_axes > 0 ? fmt::format(" and a gap only after the first {}", accepted.row_axes)
                                         : " and without a gap");
}

}  // namespace

std::string AcceptedView::why_not(const ViewSpec& view) const {
    const auto misaligned = [&] { return fmt::format("at multiples of {} bytes", alignment_bytes); };
    if (element_count(view.shape()) == 0) return {};
    if (view.alignment.power_of_two() % alignment_bytes != 0) return misaligned();
    if (takes_any_strides()) return {};
    if (order.rank() != view.shape().rank()) return described(*this);
    const auto pitch = pitch_of(*this, view.layout);
    if (!pitch) return described(*this);
    return *pitch * size_bytes(view.dtype) % alignment_bytes == 0 ? std::string() : misaligned();
}

}  // namespace abut::inline v0
