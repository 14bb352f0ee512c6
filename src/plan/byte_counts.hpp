// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "abut/plan.hpp"

namespace abut::planning {

// Bytes of the elements alone, without gaps between them.
std::int64_t value_bytes(const Graph& graph, ValueId value);
std::int64_t view_bytes(const PlannedView& view);

}  // namespace abut::planning
