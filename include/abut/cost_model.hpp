// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace abut::inline v0 {

/// Nanoseconds a byte: of the part of a tensor that a cache holds, and of what is beyond.
struct TransferCost {
    double cached_ns = 0;
    double memory_ns = 0;
    bool operator==(const TransferCost&) const = default;
};

/// Measured facts of a device by which planning chooses between slices, copies, second stores and reads in segments. As it
/// is by default, bytes alone are counted: no byte is copied to save a second store or a segment. All numbers are finite and
/// not negative, the factors 1 and more. A plain value; calibrate() measures one.
struct CostModel {
    double launch_ns = 0;           ///< of a step of its own: a copy or a conversion
    std::int64_t cached_bytes = 0;  ///< of a tensor that a cache holds
    TransferCost copy{1, 1};        ///< a byte copied: read and written
    TransferCost second_store{};    ///< a byte that a kernel stores once more
    double segment_ns = 0;          ///< each view after the first that a kernel reduces over
    double segment_row_ns = 0;      ///< and each row of it: a pixel, or a row of a matrix
    /// How much longer a view takes whose offset or pitch is a multiple of less than 64 bytes, or of less than 16.
    double factor_below_64_bytes = 1;
    double factor_below_16_bytes = 1;
    bool operator==(const CostModel&) const = default;
};

}  // namespace abut::inline v0
