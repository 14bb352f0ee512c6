// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "abut/program.hpp"
#include "program/step_runner.hpp"

namespace abut::programs {

/// The memory that the runs of a session touch, and a copy of it on the host.
class WatchedMemory {
public:
    /// Bytes of one view.
    struct Region {
        std::size_t block = 0;  ///< position in the list of memories
        std::int64_t offset_bytes = 0;
        DType dtype = DType::Float32;
        Layout layout;
    };
    struct Place {
        std::string memory;  ///< "the arena", "the memory of input "x""
        std::int64_t byte = 0;
        std::size_t block = 0;
    };

    /// `memories` are those of the session; the program and the device's queue outlive the object.
    WatchedMemory(const Program::State& program, const Memories& memories, device::QueueBackend& queue);

    /// Throws InvalidArgument for a view that leaves its memory.
    [[nodiscard]] Region region_of(const PlannedView& view) const;
    [[nodiscard]] Region region_of_output(std::size_t port) const;
    /// Fills the arena and the views of the outputs with one number, but for what inputs hold there, and copies all memory.
    void poison(float number);
    /// Copies all memory again. Returns the first byte outside `written` that is not as the copy before had it.
    std::optional<Place> update(std::span<const Region> written);
    /// The bytes of a region in the last copy, without the gaps between them.
    [[nodiscard]] std::vector<std::byte> bytes_of(const Region& region) const;
    /// Gives all memory back what the last copy has, with `bytes` (as bytes_of gives them) for each of `regions`.
    void restore(std::span<const Region> regions, std::span<const std::vector<std::byte>> bytes);
    [[nodiscard]] bool covers(const Region& region, const Place& place) const;
    [[nodiscard]] std::int64_t size_bytes() const;

private:
    struct Block {
        std::string name;
        std::shared_ptr<device::Memory> memory;
        std::vector<std::byte> bytes;  ///< the copy
        std::vector<std::byte> latest;
    };
    void add(const Address& address, const std::string& name);
    [[nodiscard]] Region region_of_input(int port) const;
    /// Puts what bytes_of(region) gave back into the copy.
    void restore(const Region& region, std::span<const std::byte> kept);
    [[nodiscard]] std::size_t block_of(const Address& address) const;

    const Program::State& program_;
    const Memories& memories_;
    device::QueueBackend& queue_;
    std::vector<Block> blocks_;
};

}  // namespace abut::programs
