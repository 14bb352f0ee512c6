// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "ops/packing.hpp"
#include "ops/winograd_transform.hpp"

/// Winograd's minimal filtering (A. Lavin, S. Gray, Fast Algorithms for Convolutional Neural Networks, 2015).
namespace abut::ops {

/// One filter along rows and one along columns. Its results are a square, or a strip where the kernel has one row or column.
struct WinogradFilter {
    FilterAxis rows;
    FilterAxis columns;
    [[nodiscard]] constexpr std::int64_t points() const { return rows.points() * columns.points(); }
};

/// `outputs` rows and columns of results at a time, one where the kernel has one row or column.
constexpr WinogradFilter winograd_filter(std::int64_t kernel_height, std::int64_t kernel_width, std::int64_t outputs) {
    return {.rows = {kernel_height == 1 ? 1 : outputs, kernel_height},
            .columns = {kernel_width == 1 ? 1 : outputs, kernel_width}};
}

/// [group][chunk of channels][point][block of `lanes` output channels][channel][lane], zero past the last output channel.
PackedConstant winograd_weights(ValueId source, const WeightsShape& shape, std::int64_t outputs, std::int64_t chunk,
                                std::int64_t lanes);

}  // namespace abut::ops
