// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "abut/device_profile.hpp"
#include "ops/lower.hpp"
#include "program/fit_cost_model.hpp"

namespace abut::programs {

/// The steps by which a device is calibrated, and what their times mean.
struct CostProbes {
    std::vector<ops::StepSpec> steps;
    std::vector<std::int64_t> copied_bytes;  ///< of the copies, which come first; of the first next to nothing
    std::vector<std::int64_t> stored_bytes;  ///< then, for each, a kernel with one store, and with two
    struct Segments {
        int segments = 1;
        std::int64_t rows = 0;
    };
    std::vector<Segments> segments;  ///< then these
    // Then one kernel on views at multiples of 64, 16 and 4 bytes.
};

/// Steps with tensors of up to 64 MiB, on GPUs 256 MiB, less where the device has little memory.
CostProbes cost_probes(const DeviceProfile& device);

/// `ns` by step.
CostMeasurements measurements_of(const CostProbes& probes, const std::vector<double>& ns);

}  // namespace abut::programs
