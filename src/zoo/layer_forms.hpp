// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "abut/operations.hpp"

namespace abut::zoo {

/// Height and width; one number stands for both.
struct Sides {
    Pair values;
    constexpr Sides(std::int64_t both) : values{both, both} {}
    constexpr Sides(std::int64_t height, std::int64_t width) : values{height, width} {}
};

/// Elements of padding: one number for all sides, two for above and below and for left and right, or each.
struct Margins {
    Pads values;
    constexpr Margins(std::int64_t all) : values{all, all, all, all} {}
    constexpr Margins(std::int64_t vertical, std::int64_t horizontal) : values{vertical, horizontal, vertical, horizontal} {}
    constexpr Margins(std::int64_t top, std::int64_t left, std::int64_t bottom, std::int64_t right)
        : values{top, left, bottom, right} {}
};

struct ConvForm {
    std::int64_t channels = 0;  ///< of the output
    Sides kernel = 1;
    std::int64_t stride = 1;
    Margins pad = 0;
    std::int64_t dilation = 1;
    std::int64_t groups = 1;
    bool bias = false;
};

/// Channels in proportion to a network's argument "width", rounded up; `full` is the width as published.
struct Scale {
    std::int64_t width = 1;
    std::int64_t full = 1;

    [[nodiscard]] constexpr std::int64_t operator()(std::int64_t channels) const {
        return (channels * width + full - 1) / full;
    }
};

}  // namespace abut::zoo
