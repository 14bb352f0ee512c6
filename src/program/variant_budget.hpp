// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "abut/plan.hpp"
#include "ops/kernel_spec.hpp"
#include "program/weight_requests.hpp"

namespace abut::programs {

/// Where a kernel (family and stem) has more than `budget` variants among the steps of `plan`: all but those that serve most
/// work, that of all steps together.
std::vector<ops::KernelSpec> variants_beyond_budget(const std::vector<LoweredVariants>& steps, const Plan& plan, int budget);

}  // namespace abut::programs
