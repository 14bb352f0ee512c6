// SPDX-License-Identifier: Apache-2.0
#include "plan/memory_plan.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <numeric>

#include "abut/error.hpp"

namespace abut::planning {
namespace {

struct Placed {
    std::int64_t begin;
    std::int64_t end;
    int first;
    int last;
};

std::int64_t aligned(std::int64_t bytes, std::int64_t alignment) {
    return (bytes + alignment - 1) / alignment * alignment;
}

/// The lowest gap of `size` among what is placed (sorted by begin) and needed at the same time.
std::int64_t lowest_gap(const std::vector<Placed>& placed, const Block& block, std::int64_t size) {
    std::int64_t offset = 0;
    for (const auto& other : placed) {
        if (other.first > block.last || block.first > other.last) continue;
        if (other.begin - offset >= size) break;
        offset = std::max(offset, other.end);
    }
    return offset;
}

MemoryPlan first_fit(std::span<const Block> blocks, std::int64_t alignment, std::span<const std::size_t> order) {
    MemoryPlan plan{.offsets_bytes = std::vector<std::int64_t>(blocks.size(), 0)};
    std::vector<Placed> placed;
    placed.reserve(blocks.size());
    for (const std::size_t i : order) {
        const std::int64_t size = aligned(blocks[i].size_bytes, alignment);
        const std::int64_t offset = lowest_gap(placed, blocks[i], size);
        plan.offsets_bytes[i] = offset;
        plan.size_bytes = std::max(plan.size_bytes, offset + size);
        const Placed entry{offset, offset + size, blocks[i].first, blocks[i].last};
        placed.insert(std::ranges::upper_bound(placed, offset, {}, &Placed::begin), entry);
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
