// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace abut::test {

struct RandomGraphFlags {
    std::uint32_t count = 0;  ///< 0: as many as a test has by itself
    std::uint32_t seed = 1;

    [[nodiscard]] std::uint32_t count_or(std::uint32_t usual) const { return count == 0 ? usual : count; }
};

/// What main() read from the command line; set before any test runs.
inline RandomGraphFlags& random_graph_flags() {
    static RandomGraphFlags flags;
    return flags;
}

}  // namespace abut::test
