// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "abut/device.hpp"
#include "ops/lower.hpp"

namespace abut::programs {

/// A kernel to be timed.
struct TimedKernel {
    ops::StepSpec step;        ///< where its views lie: as aligned as the step says, and no more
    ops::LoweredStep lowered;  ///< of that step or a weaker one
};

/// Each with memory of its own step's views and constants, ready to be launched over and over. Not thread-safe.
class KernelTimer {
public:
    /// Builds what the cache lacks.
    KernelTimer(std::span<const TimedKernel> kernels, const Device& device);
    ~KernelTimer();
    KernelTimer(const KernelTimer&) = delete;
    KernelTimer& operator=(const KernelTimer&) = delete;

    /// Nanoseconds a launch, of many in a row where one is over before it can be told.
    double time_ns(std::size_t kernel);
    /// Whether one launch takes milliseconds.
    [[nodiscard]] bool is_long(std::size_t kernel) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// What a launch of each step takes in a row of its own launches, in nanoseconds: the lowest tenth of rounds in which the
/// steps take turns. Steps have memory in common, apart from what one of them reads and writes; constants are of equal
/// weights. Builds what the cache lacks; the rounds take half a second in all, more where sixteen of them do.
std::vector<double> step_times_ns(std::span<const ops::StepSpec> steps, const Device& device);

}  // namespace abut::programs
