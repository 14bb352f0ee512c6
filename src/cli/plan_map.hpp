// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/plan_report.hpp"

namespace abut::cli {

/// What the page of plan_map/ shows: values and concats of the graph, and for each of the two plans its totals, roots,
/// steps, placements and decisions. Values are named by their index, ValueId.
Json plan_map_data(const PlanReport& report);

/// One HTML file with all that it needs: plan_map/ with the data of both plans.
std::string plan_map_page(const PlanReport& report);

}  // namespace abut::cli
