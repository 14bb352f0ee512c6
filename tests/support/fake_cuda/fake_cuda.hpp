// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace abut::test {

struct FakeLaunch {
    std::string kernel;
    unsigned groups = 0;
    unsigned local = 0;
    std::vector<std::int64_t> arguments;
    bool of_graph = false;
};

/// What the driver beside this header pretends, and what it was asked to do. Device memory is host memory. An image is text:
/// a line "NAME COUNT" for each kernel, which runs nothing; any other image is refused.
struct FakeCuda {
    int devices = 1;
    std::size_t memory_bytes = std::size_t{1} << 30;
    bool has_pools = true;
    int init_code = 0;
    int load_code = 0;  ///< of every module

    std::size_t allocated_bytes = 0;
    int contexts = 0;  ///< retained and not released; likewise below
    int streams = 0;
    int events = 0;
    int modules = 0;
    int graphs = 0;
    int pinned_buffers = 0;
    int synchronizations = 0;  ///< of whole contexts
    int waits = 0;             ///< of streams for events
    int graph_launches = 0;
    int graph_updates = 0;
    std::vector<std::size_t> graph_dependencies;  ///< how many each node has, in order
    std::vector<FakeLaunch> launches;
};

}  // namespace abut::test
