// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/plan.hpp"

namespace abut::cli {

/// Adds to the reason of each operand that `plan` copies what the other rungs would cost that it can have instead, found by
/// planning `graph` with each of them: what is moved elsewhere for it, and memory or time that it takes more. Of many such
/// operands the first. `options` are those of `plan`, which speaks of `graph`.
void add_rung_costs(const Graph& graph, const abut::PlanOptions& options, Plan& plan);

}  // namespace abut::cli
