// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "abut/device_profile.hpp"
#include "program/weight_requests.hpp"

namespace abut::programs {

/// Lets each step that can bring near the weights of the next one that has some (ops::WeightPrefetch), where both lie in one
/// memory. Weights that no cache near a core holds would else come while the core waits for them: the first tile of a step
/// reads them faster than they come. Sets arguments only; results stay the same bits.
void prefetch_weights(std::vector<LoweredVariants>& steps, const PackedSteps& packed, const DeviceProfile& device);

}  // namespace abut::programs
