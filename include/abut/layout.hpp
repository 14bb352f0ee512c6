// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "abut/export.hpp"
#include "abut/shape.hpp"

namespace abut::inline v0 {

enum class DType : std::uint8_t { Float32, Float16, Int64, Int32, UInt8, Bool };

[[nodiscard]] ABUT_API std::int64_t size_bytes(DType dtype);
[[nodiscard]] ABUT_API std::string_view to_string(DType dtype);

/// What is known of a byte address or offset: address = modulus * n + remainder, 0 <= remainder < modulus.
struct Alignment {
    std::int64_t modulus = 1;
    std::int64_t remainder = 0;

    /// The largest power of two, in bytes, that surely divides the address; `modulus` if the remainder is 0.
    [[nodiscard]] ABUT_API std::int64_t power_of_two() const;
    /// The same knowledge after moving by `bytes`.
    [[nodiscard]] ABUT_API Alignment moved(std::int64_t bytes) const;
    /// What stays true when the address may be either.
    [[nodiscard]] ABUT_API Alignment joined(const Alignment& other) const;
    bool operator==(const Alignment&) const = default;
};

/// Extents and strides of a view, both in elements and in the axis order of the model. The order in memory is in the
/// strides: an image of shape {N, C, H, W} that lies channels-last has stride 1 on axis 1.
struct ABUT_API Layout {
    Shape shape;
    Strides strides;

    /// Row-major, no gaps.
    static Layout dense(const Shape& shape);
    /// No gaps, the channel axis (1) innermost in memory. Rank 3 and up; lower ranks are row-major.
    static Layout channels_last(const Shape& shape);

    [[nodiscard]] bool is_dense() const;  ///< row-major without gaps; axes of extent 1 don't count
    /// One past the last element that the view reaches, from its base; 0 when it is empty.
    [[nodiscard]] std::int64_t extent() const;
    /// Elements from the base of this view to element `index`.
    [[nodiscard]] std::int64_t offset_of(const Dims& index) const;
    /// The part [begin, end) of `axis`; `offset` gets the elements from this base to the part's.
    [[nodiscard]] Layout slice(int axis, std::int64_t begin, std::int64_t end, std::int64_t& offset) const;
    /// Axis i of the result is axis permutation[i] of this.
    [[nodiscard]] Layout permute(const Dims& permutation) const;
    /// The same elements in row-major order of `shape`, if strides can say it; nothing otherwise.
    [[nodiscard]] std::optional<Layout> reshape(const Shape& shape) const;
    /// This view repeated to `shape` by the broadcasting rules of NumPy. Throws InvalidArgument where they do not allow it.
    [[nodiscard]] Layout broadcast(const Shape& shape) const;
    bool operator==(const Layout&) const = default;
};

/// A view without its buffer: what a kernel is specialised for. `alignment` speaks of the address of element 0 in
/// bytes; `offset_bytes` is set when the distance from the buffer's start is to be compiled in.
struct ABUT_API ViewSpec {
    DType dtype = DType::Float32;
    Layout layout;
    Alignment alignment{4, 0};
    std::optional<std::int64_t> offset_bytes;

    ViewSpec() = default;
    /// Dense, row-major in the model's axis order, aligned to the element.
    ViewSpec(DType dtype, const Shape& shape);
    ViewSpec(DType dtype, Layout layout, Alignment alignment);

    /// A float32 image {N, C, H, W} that lies N, H, W, C in memory.
    static ViewSpec nhwc(const Shape& shape, std::int64_t alignment_bytes = 4);
    /// A float32 tensor in row-major order.
    static ViewSpec nchw(const Shape& shape, std::int64_t alignment_bytes = 4);

    [[nodiscard]] const Shape& shape() const noexcept { return layout.shape; }
    /// The part [begin, end) of `axis`, with the alignment that is left.
    [[nodiscard]] ViewSpec slice(int axis, std::int64_t begin, std::int64_t end) const;
    bool operator==(const ViewSpec&) const = default;
};

/// "1x3x224x224 strides 150528x1x672x3".
ABUT_API std::string to_string(const Layout& layout);

}  // namespace abut::inline v0
