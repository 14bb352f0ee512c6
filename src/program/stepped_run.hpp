// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "abut/program.hpp"
#include "program/launch.hpp"
#include "program/session_state.hpp"
#include "program/watched_memory.hpp"

namespace abut::programs {

/// A session that runs step by step, in any order that the caller chooses, while all memory that it can touch is watched.
/// Each call blocks. Used by one thread; the session must outlive it and do nothing else meanwhile.
class SteppedRun {
public:
    using Region = WatchedMemory::Region;

    /// Binds the memory of the run. Throws as Session::enqueue does.
    SteppedRun(Session::State& session, std::span<const Binding> inputs, std::span<const Binding> outputs);
    SteppedRun(const SteppedRun&) = delete;
    SteppedRun& operator=(const SteppedRun&) = delete;

    [[nodiscard]] const Program::State& program() const noexcept { return program_; }
    [[nodiscard]] const Step& step(std::size_t index) const { return program_.plan.steps[index]; }
    /// The entry point that the step runs.
    [[nodiscard]] const std::string& kernel(std::size_t index) const;
    [[nodiscard]] bool has_tiles(std::size_t index) const;
    [[nodiscard]] WatchedMemory& memory() noexcept { return memory_; }
    [[nodiscard]] const WatchedMemory& memory() const noexcept { return memory_; }

    /// Where it changed something besides what it writes.
    std::optional<WatchedMemory::Place> run(std::size_t index);
    /// What the step writes.
    [[nodiscard]] std::vector<Region> regions_written(std::size_t index) const;
    /// The value that a write holds, or holds a part of.
    [[nodiscard]] const std::string& value_written(std::size_t index, std::size_t write) const;

private:
    Session::State& session_;
    const Program::State& program_;
    Memories memories_;
    WatchedMemory memory_;
};

}  // namespace abut::programs
