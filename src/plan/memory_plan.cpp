// SPDX-License-Identifier: Apache-2.0
#include "plan/memory_plan.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <numeric>

#include "abut/error.hpp"
#include "plan/occupied_memory.hpp"

namespace abut::planning {
namespace {

std::int64_t aligned(std::int64_t bytes, std::int64_t alignment) {
    return (bytes + alignment - 1) / alignment * alignment;
}

MemoryPlan first_fit(std::span<const Block> blocks, std::int64_t alignment, std::span<const std::size_t> order) {
    MemoryPlan plan{.offsets_bytes = std::vector<std::int64_t>(blocks.size(), 0)};
    int steps = 0;
    for (const auto& block : blocks) steps = std::max(steps, block.last + 1);
    OccupiedMemory memory(steps);
    for (const std::size_t i : order) {
        const std::int64_t size = aligned(blocks[i].size_bytes, alignment);
        const std::int64_t offset = memory.lowest_gap(size, blocks[i].first, blocks[i].last);
        memory.take(offset, offset + size, blocks[i].first, blocks[i].last);
        plan.offsets_bytes[i] = offset;
        plan.size_bytes = std::max(plan.size_bytes, offset + size);
    }
    return plan;
}

}  // namespace

MemoryPlan plan_memory(std::span<const Block> blocks, std::int64_t alignment_bytes) {
    std::int64_t sum = 0;
    for (const auto& block : blocks) {
        if (block.size_bytes > std::numeric_limits<std::int64_t>::max() - alignment_bytes - sum) {
            throw Error(ErrorCode::InvalidArgument, "the buffers of the plan together exceed 63 bits of bytes");
        }
        sum += aligned(block.size_bytes, alignment_bytes);
    }

    using Key = std::function<double(const Block&)>;
    const std::array<Key, 4> keys{
        [](const Block& block) { return -static_cast<double>(block.size_bytes); },
        [](const Block& block) { return static_cast<double>(block.first); },
        [](const Block& block) { return -static_cast<double>(block.last); },
        [](const Block& block) { return -static_cast<double>(block.size_bytes) * (block.last - block.first + 1); },
    };
    MemoryPlan best;
    for (const auto& key : keys) {
        std::vector<std::size_t> order(blocks.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::ranges::stable_sort(order, {}, [&](std::size_t i) { return key(blocks[i]); });
        auto candidate = first_fit(blocks, alignment_bytes, order);
        if (best.offsets_bytes.empty() || candidate.size_bytes < best.size_bytes) best = std::move(candidate);
    }
    return best;
}

}  // namespace abut::planning
