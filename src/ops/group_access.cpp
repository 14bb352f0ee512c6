// SPDX-License-Identifier: Apache-2.0
#include "ops/group_access.hpp"

#include <algorithm>

#include "ops/packing.hpp"

namespace abut::ops {

std::int64_t pack_width(std::int64_t alignment_bytes, std::span<const std::int64_t> strides) {
    std::int64_t width = widest_pack;
    const auto fits = [&](std::int64_t stride) { return stride % width == 0; };
    while (width > 1 && (alignment_bytes % (width * element_bytes) != 0 || !std::ranges::all_of(strides, fits))) width /= 2;
    return width;
}

void add_index_type(StepBuilder& builder, const StepSpec& step, std::span<const std::int64_t> others) {
    // Sums of a few of them fit as well.
    constexpr std::int64_t most = std::int64_t{1} << 28;
    const auto fits = [](std::int64_t value) { return value <= most; };
    const auto view_fits = [&](const Operand& operand) {
        return fits(operand.spec.layout.extent()) && fits(element_count(operand.spec.shape()));
    };
    const bool all = std::ranges::all_of(step.reads, view_fits) && std::ranges::all_of(step.writes, view_fits) &&
                     std::ranges::all_of(others, fits);
    builder.constant("INDEX", all ? "int" : "long");
}

std::int64_t add_parts(StepBuilder& builder, const StepSpec& step, std::int64_t results, std::int64_t elements,
                       bool adjacent) {
    // Enough elements for each part to be worth joining; warps of results where these are the neighbours.
    constexpr std::int64_t elements_a_part = 8;
    const std::int64_t most = adjacent ? group_items : group_items / 32;
    std::int64_t parts = 1;
    while (parts < most &&
           (parts * elements_a_part < elements || (adjacent && parts * 2 <= std::min<std::int64_t>(elements, 32)))) {
        parts *= 2;
    }
    builder.constant("PARTS", parts).constant("PARTS_ADJACENT", adjacent ? 1 : 0);
    builder.group(group_items, group_items);
    add_index_type(builder, step);
    return divided_up(results, group_items / parts);
}

void add_group(StepBuilder& builder, const StepSpec& step, std::int64_t width, std::span<const std::int64_t> others) {
    builder.group(group_items, 0).constant("WIDTH", width);
    add_index_type(builder, step, others);
}

}  // namespace abut::ops
