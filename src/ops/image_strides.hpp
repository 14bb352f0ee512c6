// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "abut/layout.hpp"

namespace abut::ops {

/// Distances between neighbours of an image {N, C, H, W} in elements; 0 repeats.
struct ImageStrides {
    std::int64_t image = 0;
    std::int64_t channel = 0;
    std::int64_t row = 0;
    std::int64_t column = 0;
    bool operator==(const ImageStrides&) const = default;
};

/// Strides of `layout` broadcast to the rank 4 shape `target`; axes of extent 1 get the stride 0.
ImageStrides image_strides(const Layout& layout, const Shape& target);

/// The stride of two nested axes walked as one of extent outer_extent * inner_extent, if there is one.
std::optional<std::int64_t> merged_stride(std::int64_t outer_extent, std::int64_t outer_stride, std::int64_t inner_extent,
                                          std::int64_t inner_stride);

}  // namespace abut::ops
