// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <numeric>

#include "abut/layout.hpp"

namespace abut::inline v0 {

std::int64_t Alignment::power_of_two() const {
    const std::int64_t divisor = std::gcd(modulus, remainder);
    return divisor & -divisor;
}

Alignment Alignment::moved(std::int64_t bytes) const {
    const std::int64_t sum = remainder + bytes % modulus;
    return {modulus, (sum % modulus + modulus) % modulus};
}

Alignment Alignment::joined(const Alignment& other) const {
    const std::int64_t common = std::gcd(std::gcd(modulus, other.modulus), std::abs(remainder - other.remainder));
    return {common, remainder % common};
}

}  // namespace abut::inline v0
