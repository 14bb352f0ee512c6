// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace abut::zoo {

/// SplitMix64 (Steele, Lea, Flood 2014). Only exact operations, so that every platform draws the same numbers.
class Generator {
public:
    explicit Generator(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() noexcept {
        state_ += 0x9E3779B97F4A7C15ULL;
        std::uint64_t bits = state_;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9ULL;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBULL;
        return bits ^ (bits >> 31);
    }

    /// Uniform in [low, high), in steps of 2^-24 of the interval.
    float uniform(float low, float high) noexcept {
        return low + (high - low) * (static_cast<float>(next() >> 40) * 0x1p-24F);
    }

private:
    std::uint64_t state_;
};

}  // namespace abut::zoo
