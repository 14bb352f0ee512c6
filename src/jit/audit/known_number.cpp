// SPDX-License-Identifier: Apache-2.0
#include "jit/audit/known_number.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

namespace abut::jit {
namespace {

constexpr std::int64_t no_low = KnownNumber::lowest;
constexpr std::int64_t no_high = KnownNumber::highest;

// Bounds that int64 does not hold are none.
std::int64_t bound_of_sum(std::int64_t a, std::int64_t b) {
    std::int64_t sum = 0;
    if (!__builtin_add_overflow(a, b, &sum)) return sum;
    return a < 0 ? no_low : no_high;
}

std::int64_t bound_of_difference(std::int64_t a, std::int64_t b) {
    std::int64_t difference = 0;
    if (!__builtin_sub_overflow(a, b, &difference)) return difference;
    return a < 0 ? no_low : no_high;
}

std::int64_t bound_of_product(std::int64_t a, std::int64_t b) {
    std::int64_t product = 0;
    if (!__builtin_mul_overflow(a, b, &product)) return product;
    return (a < 0) != (b < 0) ? no_low : no_high;
}

/// The largest power of two that divides `value`, at most the largest modulus, which stands for 0 too.
std::int64_t power_of_two_in(std::int64_t value) {
    constexpr auto most = static_cast<std::uint64_t>(KnownNumber::largest_modulus);
    const auto bits = static_cast<std::uint64_t>(value) | most;
    return std::int64_t{1} << std::countr_zero(bits);
}

std::int64_t masked(std::int64_t value, std::int64_t modulus) {
    return value & (modulus - 1);
}

/// `bits` are right in their low places: those of what is known of both.
KnownNumber with_bits(std::int64_t bits, std::int64_t modulus, std::int64_t low, std::int64_t high) {
    const bool is_known = low != no_low && low != no_high;
    if (low == high && is_known) return KnownNumber::of(low);
    if (low == high) return {.modulus = modulus, .remainder = masked(bits, modulus)};
    return {.modulus = modulus, .remainder = masked(bits, modulus), .low = low, .high = high};
}

std::int64_t wrapped_product(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}

/// [0, greatest] where neither is negative.
KnownNumber of_bits(const KnownNumber& a, const KnownNumber& b, std::int64_t bits, std::int64_t greatest) {
    if (a.is_constant() && b.is_constant()) return KnownNumber::of(bits);
    const auto modulus = std::min(a.modulus, b.modulus);
    return a.low >= 0 && b.low >= 0 ? with_bits(bits, modulus, 0, greatest) : with_bits(bits, modulus, no_low, no_high);
}

/// One less than the next power of two; of a negative number, which has all of the high bits, no bound.
std::int64_t all_bits_of(std::int64_t value) {
    if (value < 0 || value == no_high) return no_high;
    return static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(value) + 1) - 1);
}

KnownNumber truth_of(bool value) {
    return KnownNumber::of(value ? 1 : 0);
}

}  // namespace

KnownNumber KnownNumber::of(std::int64_t value) {
    return {.modulus = largest_modulus, .remainder = masked(value, largest_modulus), .low = value, .high = value};
}

KnownNumber KnownNumber::between(std::int64_t low, std::int64_t high) {
    return with_bits(0, 1, low, high);
}

KnownNumber KnownNumber::multiple_of(std::int64_t divisor) {
    return {.modulus = power_of_two_in(divisor), .remainder = 0};
}

std::optional<bool> KnownNumber::truth() const {
    if (is_constant()) return low != 0;
    if (low > 0 || high < 0 || remainder != 0) return true;
    return std::nullopt;
}

std::int64_t KnownNumber::divisor() const {
    return std::min(modulus, power_of_two_in(remainder));
}

KnownNumber joined(const KnownNumber& a, const KnownNumber& b) {
    const auto modulus = std::min({a.modulus, b.modulus, power_of_two_in(a.remainder - b.remainder)});
    return with_bits(a.remainder, modulus, std::min(a.low, b.low), std::max(a.high, b.high));
}

KnownNumber widened(const KnownNumber& a, const KnownNumber& b) {
    auto result = joined(a, b);
    if (b.low < a.low) result.low = no_low;
    if (b.high > a.high) result.high = no_high;
    return result;
}

std::optional<KnownNumber> within(const KnownNumber& a, std::int64_t low, std::int64_t high) {
    low = std::max(low, a.low);
    high = std::min(high, a.high);
    if (low > high) return std::nullopt;
    return with_bits(a.remainder, a.modulus, low, high);
}

KnownNumber operator+(const KnownNumber& a, const KnownNumber& b) {
    const auto low = a.low == no_low || b.low == no_low ? no_low : bound_of_sum(a.low, b.low);
    const auto high = a.high == no_high || b.high == no_high ? no_high : bound_of_sum(a.high, b.high);
    return with_bits(a.remainder + b.remainder, std::min(a.modulus, b.modulus), low, high);
}

KnownNumber operator-(const KnownNumber& a, const KnownNumber& b) {
    const auto low = a.low == no_low || b.high == no_high ? no_low : bound_of_difference(a.low, b.high);
    const auto high = a.high == no_high || b.low == no_low ? no_high : bound_of_difference(a.high, b.low);
    return with_bits(a.remainder - b.remainder, std::min(a.modulus, b.modulus), low, high);
}

KnownNumber operator*(const KnownNumber& a, const KnownNumber& b) {
    // (m n + r)(m' n' + r') = m m' n n' + m n r' + m' n' r + r r'
    const auto modulus = std::min({power_of_two_in(a.modulus * b.modulus), power_of_two_in(a.modulus * b.remainder),
                                   power_of_two_in(b.modulus * a.remainder)});
    const auto bits = wrapped_product(a.remainder, b.remainder);
    if (!a.is_bounded() || !b.is_bounded()) return with_bits(bits, modulus, no_low, no_high);
    const std::array corners{bound_of_product(a.low, b.low), bound_of_product(a.low, b.high),
                             bound_of_product(a.high, b.low), bound_of_product(a.high, b.high)};
    const auto [least, greatest] = std::ranges::minmax(corners);
    return with_bits(bits, modulus, least, greatest);
}

KnownNumber operator/(const KnownNumber& a, const KnownNumber& b) {
    if (!b.is_constant() || b.low <= 0) {
        // Whatever divides it, the result is no further from 0.
        if (a.low >= 0 && b.low > 0) return KnownNumber::between(0, a.high);
        return {};
    }
    const auto divisor = b.low;
    std::int64_t modulus = 1;
    std::int64_t bits = 0;
    const bool divides = std::has_single_bit(static_cast<std::uint64_t>(divisor)) && a.modulus % divisor == 0;
    if (divides && (a.low >= 0 || a.remainder % divisor == 0)) {
        modulus = a.modulus / divisor;
        bits = a.remainder / divisor;
    }
    const auto low = a.low == no_low ? no_low : a.low / divisor;
    const auto high = a.high == no_high ? no_high : a.high / divisor;
    return with_bits(bits, modulus, low, high);
}

KnownNumber operator%(const KnownNumber& a, const KnownNumber& b) {
    // a % b = a - b * n
    const auto modulus = std::min(a.modulus, b.divisor());
    if (b.low <= 0) return with_bits(a.remainder, modulus, no_low, no_high);
    const auto most = b.high == no_high ? no_high : b.high - 1;
    if (b.is_constant() && a.low >= 0 && a.high < b.low) return a;
    const auto low = a.low >= 0 ? 0 : -most;
    return with_bits(a.remainder, modulus, low, a.high >= 0 ? std::min(most, a.high) : 0);
}

KnownNumber operator&(const KnownNumber& a, const KnownNumber& b) {
    if (a.is_constant() && !b.is_constant()) return b & a;
    if (b.is_constant() && !a.is_constant()) {
        const auto zeros = power_of_two_in(b.low);
        const auto modulus = std::max(a.modulus, zeros);
        const auto bits = a.modulus >= zeros ? a.remainder & b.low : 0;
        if (b.low >= 0) return with_bits(bits, modulus, 0, b.low);
        return with_bits(bits, modulus, a.low >= 0 ? 0 : no_low, a.low >= 0 ? a.high : no_high);
    }
    return of_bits(a, b, a.is_constant() ? a.low & b.low : a.remainder & b.remainder, std::min(a.high, b.high));
}

KnownNumber operator|(const KnownNumber& a, const KnownNumber& b) {
    return of_bits(a, b, a.is_constant() && b.is_constant() ? a.low | b.low : a.remainder | b.remainder,
                   all_bits_of(std::max(a.high, b.high)));
}

KnownNumber operator^(const KnownNumber& a, const KnownNumber& b) {
    return of_bits(a, b, a.is_constant() && b.is_constant() ? a.low ^ b.low : a.remainder ^ b.remainder,
                   all_bits_of(std::max(a.high, b.high)));
}

KnownNumber shifted_left(const KnownNumber& a, const KnownNumber& by) {
    if (!by.is_constant() || by.low < 0 || by.low > 61) return {};
    const auto result = a * KnownNumber::of(std::int64_t{1} << by.low);
    // The bits that an integer has no room for are gone, which may change its sign.
    return result.is_bounded() ? result : KnownNumber{.modulus = result.modulus, .remainder = result.remainder};
}

KnownNumber shifted_right(const KnownNumber& a, const KnownNumber& by) {
    if (!by.is_constant() || by.low < 0 || by.low > 62) return {};
    const auto divisor = std::int64_t{1} << by.low;
    const bool divides = a.modulus % divisor == 0;
    const auto low = a.low == no_low ? no_low : a.low >> by.low;
    const auto high = a.high == no_high ? no_high : a.high >> by.low;
    return with_bits(divides ? a.remainder / divisor : 0, divides ? a.modulus / divisor : 1, low, high);
}

KnownNumber less(const KnownNumber& a, const KnownNumber& b) {
    if (a.high < b.low) return truth_of(true);
    if (a.low >= b.high) return truth_of(false);
    return KnownNumber::between(0, 1);
}

KnownNumber equal(const KnownNumber& a, const KnownNumber& b) {
    if (a.is_constant() && b.is_constant()) return truth_of(a.low == b.low);
    const auto modulus = std::min(a.modulus, b.modulus);
    const bool differ = a.high < b.low || b.high < a.low || masked(a.remainder - b.remainder, modulus) != 0;
    return differ ? truth_of(false) : KnownNumber::between(0, 1);
}

KnownNumber converted(const KnownNumber& a, int bytes, bool is_signed, bool overflows) {
    std::int64_t least = no_low;
    std::int64_t most = no_high;
    if (bytes < 8) {
        const auto half = std::int64_t{1} << (bytes * 8 - 1);
        least = is_signed ? -half : 0;
        most = is_signed ? half - 1 : half * 2 - 1;
    } else if (!is_signed) {
        // Beyond int64 no bound is kept.
        return a.low >= 0 && a.high != no_high ? a : with_bits(a.remainder, a.modulus, no_low, no_high);
    }
    const auto modulus = bytes == 1 ? std::min<std::int64_t>(a.modulus, 256) : a.modulus;
    if (a.low >= least && a.high <= most) return a;
    if (is_signed && overflows) {
        const auto inside = within(a, least, most);
        if (inside) return *inside;
    }
    return with_bits(a.remainder, modulus, least, most);
}

}  // namespace abut::jit
