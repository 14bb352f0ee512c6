// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "abut/layout.hpp"
#include "core/checked.hpp"

namespace abut::inline v0 {

namespace {

struct DTypeFacts {
    std::string_view name;
    std::int64_t size_bytes;
};

constexpr std::array<DTypeFacts, 6> dtype_facts{{
    {"float32", 4},
    {"float16", 2},
    {"int64", 8},
    {"int32", 4},
    {"uint8", 1},
    {"bool", 1},
}};

const DTypeFacts& facts_of(DType dtype) {
    const auto index = static_cast<std::size_t>(dtype);
    core::require(index < dtype_facts.size(), "{} is no element type", index);
    return dtype_facts[index];
}

}  // namespace

std::int64_t size_bytes(DType dtype) {
    return facts_of(dtype).size_bytes;
}

std::string_view to_string(DType dtype) {
    return facts_of(dtype).name;
}

ViewSpec::ViewSpec(DType type, const Shape& shape) : ViewSpec(type, Layout::dense(shape), {abut::size_bytes(type), 0}) {}

ViewSpec::ViewSpec(DType type, Layout view_layout, Alignment view_alignment)
    : dtype(type),
      layout(view_layout),
      alignment(view_alignment) {
    // Planning makes many: no text before it is needed.
    if (layout.shape.rank() != layout.strides.rank()) {
        core::fail_invalid("expected a stride an axis, found shape {} and strides {}", abut::to_string(layout.shape),
                           abut::to_string(layout.strides));
    }
    core::require(alignment.modulus > 0 && alignment.remainder >= 0 && alignment.remainder < alignment.modulus,
                  "expected an alignment with 0 <= remainder < modulus, found modulus {} and remainder {}",
                  alignment.modulus, alignment.remainder);
    core::checked_multiply(layout.extent(), abut::size_bytes(dtype));
}

ViewSpec ViewSpec::nhwc(const Shape& shape, std::int64_t alignment_bytes) {
    core::require(shape.rank() == 4, "expected an image of 4 axes, found {}", abut::to_string(shape));
    return {DType::Float32, Layout::channels_last(shape), {alignment_bytes, 0}};
}

ViewSpec ViewSpec::nchw(const Shape& shape, std::int64_t alignment_bytes) {
    return {DType::Float32, Layout::dense(shape), {alignment_bytes, 0}};
}

ViewSpec ViewSpec::slice(int axis, std::int64_t begin, std::int64_t end) const {
    std::int64_t offset = 0;
    ViewSpec part = *this;
    part.layout = layout.slice(axis, begin, end, offset);
    const std::int64_t moved_bytes = core::checked_multiply(offset, abut::size_bytes(dtype));
    part.alignment = alignment.moved(moved_bytes);
    if (offset_bytes) part.offset_bytes = core::checked_add(*offset_bytes, moved_bytes);
    return part;
}

}  // namespace abut::inline v0
