// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/device.hpp"

namespace abut::programs {

/// What a device reaches at most, all of its compute units together, by kernels that do nothing else.
struct MachineLimits {
    double gflops = 0;                ///< float32 fused multiply-adds in registers, each counted as two
    double gigabytes_per_second = 0;  ///< read and written by a copy of 2 MiB, which caches hold
};

/// Measures them; takes about half a second. Devices of cpu/ kernels only. Builds what the cache lacks.
MachineLimits measure_limits(const Device& device);

}  // namespace abut::programs
