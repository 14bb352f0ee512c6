// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

#include "abut/error.hpp"
#include "abut/export.hpp"

namespace abut::inline v0 {

/// A short list of 64-bit numbers, one an axis. A value type without allocation; thread-safe as any value.
/// Throws InvalidArgument beyond `max_rank` axes.
class ABUT_API Dims {
public:
    static constexpr int max_rank = 8;

    Dims() = default;
    Dims(std::initializer_list<std::int64_t> values) : Dims(std::span(values.begin(), values.size())) {}
    explicit Dims(std::span<const std::int64_t> values);
    /// `rank` axes, all `value`.
    static Dims filled(int rank, std::int64_t value);

    [[nodiscard]] int rank() const noexcept { return rank_; }
    [[nodiscard]] std::int64_t operator[](int axis) const noexcept { return values_[static_cast<std::size_t>(axis)]; }
    [[nodiscard]] std::int64_t& operator[](int axis) noexcept { return values_[static_cast<std::size_t>(axis)]; }
    [[nodiscard]] const std::int64_t* begin() const noexcept { return values_.data(); }
    [[nodiscard]] const std::int64_t* end() const noexcept { return values_.data() + rank_; }
    void push_back(std::int64_t value);
    bool operator==(const Dims& other) const noexcept;

private:
    std::array<std::int64_t, max_rank> values_{};
    int rank_ = 0;
};

using Shape = Dims;    ///< extents in elements, outermost axis of the model first (NCHW for images)
using Strides = Dims;  ///< distances in elements, one an axis of the shape; 0 repeats (broadcast)

/// Number of elements; 1 for rank 0. Throws InvalidArgument for a negative extent or if the product overflows 63 bits.
ABUT_API std::int64_t element_count(const Shape& shape);
/// `axis` counted from the front, negative from the back as in ONNX. Throws InvalidArgument outside [-rank, rank).
ABUT_API int normalized_axis(std::int64_t axis, int rank);
/// "1x3x224x224"; "scalar" for rank 0.
ABUT_API std::string to_string(const Dims& dims);

}  // namespace abut::inline v0
