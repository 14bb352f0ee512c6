// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "abut/plan.hpp"
#include "cli/print.hpp"
#include "program/machine_limits.hpp"
#include "program/profile_run.hpp"

namespace abut::cli {

/// The field `profile` of `abut bench`: what workers did in a run, in all and step by step, and what the machine's limits
/// would allow.
Json profile_json(const programs::RunProfile& profile, const Plan& plan, const programs::MachineLimits& limits);

/// The same for a person: totals, and the steps that took longest.
std::string profile_text(const Json& profile);

/// Writes the run's tiles as trace events (JSON), one track a worker. Throws IO; leaves no half of a file.
void write_trace(const std::filesystem::path& file, const programs::RunProfile& profile, const Plan& plan);

}  // namespace abut::cli
