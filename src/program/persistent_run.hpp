// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "program/persistent_slot.hpp"
#include "program/step_runner.hpp"

namespace abut::programs {

/// When a worker computed a tile, in cycles of the processor's time-stamp counter.
struct TileTime {
    int step = 0;  ///< of the plan
    int worker = 0;
    std::int64_t tile = 0;
    std::int64_t begin_cycles = 0;
    std::int64_t end_cycles = 0;
};

/// A session's launches of the persistent kernel: its arguments, and the tables that it reads. Used by one thread at a time.
class PersistentRun {
public:
    PersistentRun(PersistentPointer kernel, const Device& device);

    /// `steps` are all of the session's, bound to `memories`. Waits for `last`, the end of the last run, before it changes
    /// tables.
    void bind(std::span<const StepRunner> steps, const Memories& memories, const device::EventBackend* last);
    /// Enqueues a run; nothing else may run it meanwhile.
    std::shared_ptr<device::EventBackend> launch(device::QueueBackend& queue,
                                                 std::span<const std::shared_ptr<device::EventBackend>> wait);

    /// Of the last run, which must have ended, worker by worker. Empty where the kernel is not timed.
    [[nodiscard]] std::vector<TileTime> tile_times() const;

private:
    /// The table for kernels/cpu/persistent.cl; `promised` says of each step which of its calls it is.
    [[nodiscard]] std::vector<std::int64_t> records(const std::vector<bool>& promised) const;
    void write(const Buffer& to, std::span<const std::int64_t> numbers) const;

    PersistentPointer kernel_;
    Device device_;
    Queue queue_;  ///< for the tables
    Buffer records_;
    Buffer counters_;
    Buffer times_;                ///< where the kernel is timed
    std::vector<bool> promised_;  ///< what records_ was made of
    std::unique_ptr<device::Kernel> run_;
    std::unique_ptr<device::Kernel> finish_;
};

}  // namespace abut::programs
