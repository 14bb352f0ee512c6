// SPDX-License-Identifier: Apache-2.0
#include "ops/axis_tables.hpp"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cstring>
#include <utility>

#include "core/checked.hpp"
#include "core/fail.hpp"
#include "core/hash.hpp"

namespace abut::ops {

void require_table_size(std::int64_t elements) {
    constexpr std::int64_t largest = std::int64_t{1} << 24;
    if (elements <= largest) return;
    core::fail(ErrorCode::Unsupported, "an axis of {} elements is unsupported here; {} are the most", elements, largest);
}

std::int64_t AxisTables::add(std::span<const std::int32_t> indices) {
    const auto start = std::ssize(entries_);
    for (const std::int32_t index : indices) entries_.push_back(std::bit_cast<float>(index));
    return start;
}

std::int64_t AxisTables::add(std::span<const float> numbers) {
    const auto start = std::ssize(entries_);
    entries_.insert(entries_.end(), numbers.begin(), numbers.end());
    return start;
}

PackedConstant AxisTables::packed() const {
    // Memory of no bytes can't be had.
    std::vector<float> entries = entries_;
    if (entries.empty()) entries.push_back(0);
    const std::int64_t bytes = core::checked_multiply(std::ssize(entries), size_bytes(DType::Float32));
    return {.sources = {},
            .key = fmt::format("axis tables {}", core::hash_hex(std::as_bytes(std::span(entries)))),
            .size_bytes = bytes,
            .pack = [entries = std::move(entries)](std::span<const void* const>, void* packed) {
                std::memcpy(packed, entries.data(), entries.size() * sizeof(float));
            }};
}

LoopNest mapped_nest(const Shape& shape, const Strides& x, const Strides& y, std::span<const bool> is_mapped) {
    LoopNest nest = loop_nest(shape, std::array{x, y});
    for (int axis = 0; axis < shape.rank(); ++axis) {
        if (is_mapped[static_cast<std::size_t>(axis)]) nest[static_cast<std::size_t>(axis)].map = axis;
    }
    return nest;
}

}  // namespace abut::ops
