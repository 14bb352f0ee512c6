// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "abut/plan.hpp"
#include "cli/print.hpp"

/// Parts of a plan as JSON, the same in every report.
namespace abut::cli {

/// {concats {total, placed, copied}, copied_bytes, ...}: what `abut plan --json` begins with.
Json statistics_json(const PlanStatistics& statistics);

/// {kind, name of a port or constant, size_bytes, arena_offset_bytes of an arena root, first_step, last_step}
Json root_json(const Root& root, const Graph& graph);

/// {value, root, offset_bytes, strides_bytes, shape}
Json placement_json(const std::string& value, const PlannedView& view);

/// {concat, axis, operands [{value, how, reason, offset_bytes, alignment_bytes}]}
Json decision_json(const Decision& decision, const Graph& graph);

}  // namespace abut::cli
