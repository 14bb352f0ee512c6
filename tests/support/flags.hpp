// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace abut::test {

/// What a soak sets on the command line.
struct Flags {
    std::uint32_t random_graphs = 0;  ///< 0: as many as a test has by itself
    std::uint32_t random_seed = 1;
    std::uint32_t all_networks = 0;   ///< 1: networks of the zoo whose kernels take minutes to compile, too
    std::uint32_t all_slices = 0;     ///< 1: every pair of offsets and pitches of two slices
    std::uint32_t full_networks = 0;  ///< 1: networks of the zoo at full size, for devices that compute them in no time
    std::uint32_t processes = 0;      ///< that share a cache; 0: as many as a test has by itself

    [[nodiscard]] std::uint32_t graphs_or(std::uint32_t usual) const { return random_graphs == 0 ? usual : random_graphs; }
};

/// What main() read from the command line; set before any test runs.
inline Flags& flags() {
    static Flags flags;
    return flags;
}

}  // namespace abut::test
