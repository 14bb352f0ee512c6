// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "abut/cost_model.hpp"

namespace abut::tests {

/// The cost model of a random graph: bytes alone in three of four, else numbers that are drawn so that each rung is now the
/// cheapest, now the dearest.
CostModel random_costs(std::uint32_t seed);

}  // namespace abut::tests
