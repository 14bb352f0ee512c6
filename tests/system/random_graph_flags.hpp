// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace abut::test {

struct RandomGraphFlags {
    std::uint32_t count = 4;
    std::uint32_t seed = 1;
};

/// What main() read from the command line; set before any test runs.
inline RandomGraphFlags& random_graph_flags() {
    static RandomGraphFlags flags;
    return flags;
}

}  // namespace abut::test
