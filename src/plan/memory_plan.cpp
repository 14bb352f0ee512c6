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

/// What no plan can be smaller than: the most that is needed at one time.
std::int64_t most_needed(std::span<const Block> blocks, std::int64_t alignment) {
    int end = 0;
    for (const auto& block : blocks) end = std::max(end, block.last + 1);
    std::vector<std::int64_t> changes(static_cast<std::size_t>(end) + 1, 0);
    for (const auto& block : blocks) {
        changes[static_cast<std::size_t>(block.first)] += aligned(block.size_bytes, alignment);
        changes[static_cast<std::size_t>(block.last) + 1] -= aligned(block.size_bytes, alignment);
    }
    std::int64_t now = 0;
    std::int64_t most = 0;
    for (const auto change : changes) most = std::max(most, now += change);
    return most;
}

using RootOrder = std::vector<std::size_t>;

MemoryPlan first_fit(std::span<const Block> blocks, std::int64_t alignment, const RootOrder& order) {
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

/// A plan and the order of first fit that made it.
struct Fit {
    MemoryPlan plan;
    RootOrder order;
};

Fit best_of_keys(std::span<const Block> blocks, std::int64_t alignment, std::int64_t least) {
    using Key = std::function<double(const Block&)>;
    const std::array<Key, 4> keys{
        [](const Block& block) { return -static_cast<double>(block.size_bytes); },
        [](const Block& block) { return static_cast<double>(block.first); },
        [](const Block& block) { return -static_cast<double>(block.last); },
        [](const Block& block) { return -static_cast<double>(block.size_bytes) * (block.last - block.first + 1); },
    };
    Fit best;
    for (const auto& key : keys) {
        RootOrder order(blocks.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::ranges::stable_sort(order, {}, [&](std::size_t i) { return key(blocks[i]); });
        auto plan = first_fit(blocks, alignment, order);
        if (best.order.empty() || plan.size_bytes < best.plan.size_bytes) best = {std::move(plan), std::move(order)};
        if (best.plan.size_bytes == least) break;
    }
    return best;
}

/// Puts the block that ends highest first in the order, again and again, until an order comes back.
void place_highest_first(std::span<const Block> blocks, std::int64_t alignment, std::int64_t least, Fit& best) {
    constexpr std::size_t most_work = 2'000'000;  // pairs of blocks
    std::size_t budget = most_work / (blocks.size() * blocks.size() + 1);
    Fit now = best;
    std::vector<RootOrder> seen{now.order};
    while (budget > 0 && best.plan.size_bytes > least) {
        const auto end_of = [&](std::size_t i) { return now.plan.offsets_bytes[i] + blocks[i].size_bytes; };
        auto highest = std::ranges::max_element(now.order, {}, end_of);
        std::rotate(now.order.begin(), highest, highest + 1);
        if (std::ranges::find(seen, now.order) != seen.end()) return;
        seen.push_back(now.order);
        now.plan = first_fit(blocks, alignment, now.order);
        --budget;
        if (now.plan.size_bytes < best.plan.size_bytes) best = now;
    }
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
    if (blocks.empty()) return {};
    const std::int64_t least = most_needed(blocks, alignment_bytes);
    Fit best = best_of_keys(blocks, alignment_bytes, least);
    if (best.plan.size_bytes > least) place_highest_first(blocks, alignment_bytes, least, best);
    return std::move(best.plan);
}

}  // namespace abut::planning
