// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <numeric>

#include "abut/layout.hpp"
#include "core/fail.hpp"

namespace abut::inline v0 {
namespace {

void require_modulus(const Alignment& alignment) {
    if (alignment.modulus <= 0)
        core::fail_invalid("expected an alignment with a modulus of 1 and more, found {}", alignment.modulus);
}

}  // namespace

std::int64_t Alignment::power_of_two() const {
    require_modulus(*this);
    const std::int64_t divisor = std::gcd(modulus, remainder);
    return divisor & -divisor;
}

Alignment Alignment::moved(std::int64_t bytes) const {
    require_modulus(*this);
    const std::int64_t sum = remainder + bytes % modulus;
    return {modulus, (sum % modulus + modulus) % modulus};
}

Alignment Alignment::joined(const Alignment& other) const {
    require_modulus(*this);
    require_modulus(other);
    const std::int64_t common = std::gcd(std::gcd(modulus, other.modulus), std::abs(remainder - other.remainder));
    return {common, remainder % common};
}

}  // namespace abut::inline v0
