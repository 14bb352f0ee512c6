// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "abut/cost_model.hpp"
#include "abut/device.hpp"
#include "cli/options.hpp"
#include "cli/print.hpp"

namespace abut::cli {

/// What `choice` says for `device`, as CompileOptions take it. Throws Unsupported where the calibrated model is asked for
/// and the device has none, and says how it gets one.
std::optional<CostModel> cost_model_of(CostModelChoice choice, const Device& device);

/// "bytes" or "calibrated".
std::string cost_model_name(const CostModel& model);

/// The fields of a model, by their names in C++.
Json cost_model_json(const CostModel& model);

}  // namespace abut::cli
