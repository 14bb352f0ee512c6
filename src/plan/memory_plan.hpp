// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace abut::planning {

/// A block of memory that is needed from step `first` to step `last`, both included.
struct Block {
    std::int64_t size_bytes = 0;
    int first = 0;
    int last = 0;
};

struct MemoryPlan {
    std::vector<std::int64_t> offsets_bytes;  ///< one a block, a multiple of the alignment
    std::int64_t size_bytes = 0;
};

/// Offsets at which no two blocks that are needed at the same time overlap. Tries several orders of first fit (by size, by
/// time, by bytes times steps); where all leave gaps at the step that needs most, blocks are placed earlier one by one
/// within a budget. Keeps the smallest result. Pure; throws InvalidArgument if the sum overflows.
MemoryPlan plan_memory(std::span<const Block> blocks, std::int64_t alignment_bytes);

}  // namespace abut::planning
