// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

namespace abut::jit {

/// What is known of an integer: number = modulus * n + remainder, and low <= number <= high. The modulus is a power of two,
/// so that sums, products and conversions that wrap around keep what is known of the remainder. The smallest and largest
/// int64 as bounds mean that none is known. (P. Granger, Static analysis of arithmetical congruences, 1989; P. Cousot, R.
/// Cousot, Abstract interpretation, 1977.)
struct KnownNumber {
    static constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
    static constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();
    static constexpr std::int64_t largest_modulus = 4096;

    std::int64_t modulus = 1;
    std::int64_t remainder = 0;  ///< 0 <= remainder < modulus
    std::int64_t low = lowest;
    std::int64_t high = highest;

    static KnownNumber of(std::int64_t value);
    static KnownNumber between(std::int64_t low, std::int64_t high);
    /// Any number that `divisor` (at least 1) divides; its largest power of two counts.
    static KnownNumber multiple_of(std::int64_t divisor);

    [[nodiscard]] bool is_constant() const noexcept { return low == high; }
    [[nodiscard]] bool is_bounded() const noexcept { return low != lowest && high != highest; }
    /// The truth of the number where it is known.
    [[nodiscard]] std::optional<bool> truth() const;
    /// The largest power of two, at most largest_modulus, that surely divides it.
    [[nodiscard]] std::int64_t divisor() const;
    bool operator==(const KnownNumber&) const = default;
};

/// What holds of a number that is one or the other.
KnownNumber joined(const KnownNumber& a, const KnownNumber& b);
/// Likewise, with no bound where b goes beyond a's: what a loop makes of a number comes to an end.
KnownNumber widened(const KnownNumber& a, const KnownNumber& b);
/// `a` where it is also in [low, high]; nothing where it can't be.
std::optional<KnownNumber> within(const KnownNumber& a, std::int64_t low, std::int64_t high);

KnownNumber operator+(const KnownNumber& a, const KnownNumber& b);
KnownNumber operator-(const KnownNumber& a, const KnownNumber& b);
KnownNumber operator*(const KnownNumber& a, const KnownNumber& b);
/// Division and remainder of C, which round towards zero.
KnownNumber operator/(const KnownNumber& a, const KnownNumber& b);
KnownNumber operator%(const KnownNumber& a, const KnownNumber& b);
KnownNumber operator&(const KnownNumber& a, const KnownNumber& b);
KnownNumber operator|(const KnownNumber& a, const KnownNumber& b);
KnownNumber operator^(const KnownNumber& a, const KnownNumber& b);
KnownNumber shifted_left(const KnownNumber& a, const KnownNumber& by);
KnownNumber shifted_right(const KnownNumber& a, const KnownNumber& by);
/// a < b as 0, 1 or either; likewise a == b.
KnownNumber less(const KnownNumber& a, const KnownNumber& b);
KnownNumber equal(const KnownNumber& a, const KnownNumber& b);
/// As an integer of so many bytes. `overflows`: the result of an operation on signed integers, which the language lets
/// nobody see beyond their range.
KnownNumber converted(const KnownNumber& a, int bytes, bool is_signed, bool overflows = false);

}  // namespace abut::jit
