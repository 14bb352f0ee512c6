// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "abut/plan.hpp"
#include "cli/print.hpp"

namespace abut::cli {

/// A model's plan with slices and what the same graph needs with copies.
struct PlanReport {
    std::string model;
    Graph graph;  ///< after passes; the plans speak of it
    Plan slices;
    Plan copies;
    int variants = 0;  ///< different kernels of the plan with slices
};

Json plan_json(const PlanReport& report);

/// For people: totals, the concats, and every operand that is copied with the reason.
std::string plan_text(const PlanReport& report);

}  // namespace abut::cli
