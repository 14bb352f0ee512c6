// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/fail.hpp"

/// Arithmetic on sizes. Each function throws InvalidArgument where the result does not fit 63 bits and a sign.
namespace abut::core {

inline std::int64_t checked_add(std::int64_t a, std::int64_t b) {
    std::int64_t sum = 0;
    if (__builtin_add_overflow(a, b, &sum)) fail_invalid("{} + {} overflows 64 bits", a, b);
    return sum;
}

inline std::int64_t checked_subtract(std::int64_t a, std::int64_t b) {
    std::int64_t difference = 0;
    if (__builtin_sub_overflow(a, b, &difference)) fail_invalid("{} - {} overflows 64 bits", a, b);
    return difference;
}

inline std::int64_t checked_multiply(std::int64_t a, std::int64_t b) {
    std::int64_t product = 0;
    if (__builtin_mul_overflow(a, b, &product)) fail_invalid("{} * {} overflows 64 bits", a, b);
    return product;
}

}  // namespace abut::core
