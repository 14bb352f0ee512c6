// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "device/backend.hpp"
#include "program/step_runner.hpp"

namespace abut::programs {

/// The steps of a session as one graph of the device's: one call enqueues them all, and steps that do not depend on one
/// another may run at the same time.
class StepGraph {
public:
    /// Nothing where the device has no graphs or there is nothing to run.
    static std::unique_ptr<StepGraph> record(device::Backend& backend, std::span<StepRunner> steps);

    /// `steps` are those that were recorded, bound to what this run uses.
    std::shared_ptr<device::EventBackend> launch(std::span<StepRunner> steps, device::QueueBackend& queue,
                                                 std::span<const std::shared_ptr<device::EventBackend>> wait);

private:
    struct Recorded {
        int step = 0;
        int node = 0;
    };
    std::vector<Recorded> recorded_;
    std::unique_ptr<device::LaunchGraph> graph_;
};

}  // namespace abut::programs
