// SPDX-License-Identifier: Apache-2.0
#include "program/watched_memory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/byte_runs.hpp"
#include "core/fail.hpp"

namespace abut::programs {
namespace {

void fill(std::span<std::byte> bytes, float number) {
    for (std::size_t at = 0; at < bytes.size(); at += sizeof number)
        std::memcpy(bytes.data() + at, &number, std::min(sizeof number, bytes.size() - at));
}

/// Calls visit(first byte in its memory, size) for every run of a region.
template <class Visit>
void for_each_run(const WatchedMemory::Region& region, const Visit& visit) {
    core::for_each_byte_run(region.layout, region.dtype, [&](std::int64_t offset_bytes, std::int64_t run_bytes) {
        visit(static_cast<std::size_t>(region.offset_bytes + offset_bytes), static_cast<std::size_t>(run_bytes));
    });
}

}  // namespace

WatchedMemory::WatchedMemory(const Program::State& program, const Memories& memories, device::QueueBackend& queue)
    : program_(program),
      memories_(memories),
      queue_(queue) {
    if (memories.arena.memory) add(memories.arena, "the arena");
    for (std::size_t i = 0; i < memories.inputs.size(); ++i)
        add(memories.inputs[i], fmt::format("the memory of input \"{}\"", program.inputs[i].name));
    for (std::size_t i = 0; i < memories.outputs.size(); ++i)
        add(memories.outputs[i], fmt::format("the memory of output \"{}\"", program.outputs[i].name));
}

void WatchedMemory::add(const Address& address, const std::string& name) {
    if (std::ranges::find(blocks_, address.memory, &Block::memory) != blocks_.end()) return;
    const auto size = static_cast<std::size_t>(address.memory->size_bytes());
    blocks_.push_back({.name = name,
                       .memory = address.memory,
                       .bytes = std::vector<std::byte>(size),
                       .latest = std::vector<std::byte>(size)});
}

std::size_t WatchedMemory::block_of(const Address& address) const {
    return static_cast<std::size_t>(std::ranges::find(blocks_, address.memory, &Block::memory) - blocks_.begin());
}

WatchedMemory::Region WatchedMemory::region_of(const PlannedView& view) const {
    const auto address = memories_.address_of(view, program_.plan);
    const auto end = address.offset_bytes + view.layout.extent() * abut::size_bytes(view.dtype);
    core::require(address.offset_bytes >= 0 && end <= address.memory->size_bytes(),
                  "check: a view of the plan covers bytes {} to {} of {} bytes", address.offset_bytes, end,
                  address.memory->size_bytes());
    return {block_of(address), address.offset_bytes, view.dtype, view.layout};
}

WatchedMemory::Region WatchedMemory::region_of_output(std::size_t port) const {
    const auto& address = memories_.outputs.at(port);
    const auto& spec = program_.outputs.at(port).spec;
    return {block_of(address), address.offset_bytes, spec.dtype, spec.layout};
}

WatchedMemory::Region WatchedMemory::region_of_input(int port) const {
    const auto index = static_cast<std::size_t>(port);
    const auto& spec = program_.inputs.at(index).spec;
    return {block_of(memories_.inputs[index]), memories_.inputs[index].offset_bytes, spec.dtype, spec.layout};
}

void WatchedMemory::poison(float number) {
    for (auto& block : blocks_) queue_.read(*block.memory, 0, block.bytes);
    std::vector<std::vector<std::byte>> kept;
    for (const auto& shared : program_.shared_ports) kept.push_back(bytes_of(region_of_input(shared.input)));
    if (memories_.arena.memory) {
        // Of a part of the caller's memory the rest is not ours to fill.
        fill(std::span(blocks_[block_of(memories_.arena)].bytes)
                 .subspan(static_cast<std::size_t>(memories_.arena.offset_bytes),
                          static_cast<std::size_t>(program_.plan.arena_bytes())),
             number);
    }
    for (std::size_t port = 0; port < memories_.outputs.size(); ++port) {
        const auto region = region_of_output(port);
        auto& bytes = blocks_[region.block].bytes;
        for_each_run(region,
                     [&](std::size_t first, std::size_t size) { fill(std::span(bytes).subspan(first, size), number); });
    }
    for (std::size_t i = 0; i < kept.size(); ++i) restore(region_of_input(program_.shared_ports[i].input), kept[i]);
    for (auto& block : blocks_) queue_.write(*block.memory, 0, block.bytes);
}

void WatchedMemory::restore(const Region& region, std::span<const std::byte> kept) {
    auto& bytes = blocks_[region.block].bytes;
    for_each_run(region, [&](std::size_t first, std::size_t size) {
        std::memcpy(bytes.data() + first, kept.data(), size);
        kept = kept.subspan(size);
    });
}

void WatchedMemory::restore(std::span<const Region> regions, std::span<const std::vector<std::byte>> bytes) {
    for (std::size_t i = 0; i < regions.size(); ++i) restore(regions[i], bytes[i]);
    for (auto& block : blocks_) queue_.write(*block.memory, 0, block.bytes);
}

std::optional<WatchedMemory::Place> WatchedMemory::update(std::span<const Region> written) {
    for (auto& block : blocks_) queue_.read(*block.memory, 0, block.latest);
    for (const auto& region : written) {
        auto& block = blocks_[region.block];
        for_each_run(region, [&](std::size_t first, std::size_t size) {
            std::memcpy(block.bytes.data() + first, block.latest.data() + first, size);
        });
    }
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
        auto& block = blocks_[i];
        if (block.bytes.empty() || std::memcmp(block.bytes.data(), block.latest.data(), block.bytes.size()) == 0) continue;
        const auto changed = std::ranges::mismatch(block.bytes, block.latest).in1;
        return Place{block.name, changed - block.bytes.begin(), i};
    }
    return std::nullopt;
}

std::vector<std::byte> WatchedMemory::bytes_of(const Region& region) const {
    std::vector<std::byte> result;
    const auto& bytes = blocks_[region.block].bytes;
    result.reserve(static_cast<std::size_t>(element_count(region.layout.shape) * abut::size_bytes(region.dtype)));
    for_each_run(region, [&](std::size_t first, std::size_t size) {
        const auto* begin = bytes.data() + first;
        result.insert(result.end(), begin, begin + size);
    });
    return result;
}

bool WatchedMemory::covers(const Region& region, const Place& place) const {
    if (region.block != place.block) return false;
    bool found = false;
    const auto byte = static_cast<std::size_t>(place.byte);
    for_each_run(region, [&](std::size_t first, std::size_t size) { found = found || byte - first < size; });
    return found;
}

std::int64_t WatchedMemory::size_bytes() const {
    std::int64_t sum = 0;
    for (const auto& block : blocks_) sum += std::ssize(block.bytes);
    return sum;
}

}  // namespace abut::programs
