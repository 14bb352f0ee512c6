// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "abut/plan.hpp"

namespace abut::planning {

/// By step: the bytes of the arena's roots that are live, each rounded up to `alignment_bytes`.
std::vector<std::int64_t> live_bytes(const Plan& plan, std::int64_t alignment_bytes);
std::vector<std::int64_t> live_bytes(const std::vector<Root>& roots, std::size_t steps, std::int64_t alignment_bytes);

/// The first of the steps that need most.
int peak_step(const std::vector<std::int64_t>& live_bytes);

/// What rounding to the alignment adds at the step where the roots need most.
std::int64_t rounding_bytes(const Plan& plan, std::int64_t alignment_bytes);

/// The maximum over the schedule of the unpadded bytes of distinct live values.
std::int64_t lower_bound_bytes(const Plan& plan);

}  // namespace abut::planning
