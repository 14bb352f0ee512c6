// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "abut/plan.hpp"

namespace abut::cli {

/// The steps between which a value is written and last read, itself or as part of a view that holds; both included.
struct ValueLife {
    int first = -1;  ///< -1: it is there before the first step
    int last = -1;
};

/// By ValueId. Outputs of the graph live to the last step.
std::vector<ValueLife> value_lives(const Graph& graph, const Plan& plan);

}  // namespace abut::cli
