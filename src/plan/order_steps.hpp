// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "abut/plan.hpp"

namespace abut::planning {

/// Moves steps behind the step at which the arena's roots need most, with all that follows from them, so that a root is
/// written first when that step is done; or before it, with all that they need, so that a root has been read last. Keeps
/// what lowers the most that is live. Every step still sees the bytes that it saw. The steps as they come then; nothing if
/// the order stays. Pure.
std::optional<std::vector<std::size_t>> better_order(const Plan& plan, std::int64_t root_alignment_bytes);

/// Arena addresses have to be found again.
void put_in_order(const std::vector<std::size_t>& order, Plan& plan);

}  // namespace abut::planning
