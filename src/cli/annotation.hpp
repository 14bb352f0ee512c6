// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

#include "cli/plan_report.hpp"

namespace abut::cli {

/// The key of ModelProto.metadata_props whose value is annotation_json().
inline constexpr std::string_view annotation_key = "abut.plan";

/// The plan with slices in the names of a file; docs/annotations.md says what each field means. What bears none of `names`
/// is left out: fusions removed it, or never made it.
Json annotation_json(const PlanReport& report, const std::unordered_set<std::string>& names);

}  // namespace abut::cli
