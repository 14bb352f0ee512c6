// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/plan.hpp"

namespace abut::planning {

/// Moves steps behind the step at which the arena's roots need most, with all that follows from them, so that a root is
/// written first when that step is done; or before it, with all that they need, so that a root has been read last. Keeps
/// what lowers the most that is live. Every step still sees the bytes that it saw. Arena addresses have to be found again if
/// it returns true: that the order has changed. Pure but for `plan`.
bool order_steps(Plan& plan, std::int64_t root_alignment_bytes);

}  // namespace abut::planning
