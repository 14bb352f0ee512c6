// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "abut/cost_model.hpp"
#include "abut/device.hpp"
#include "abut/export.hpp"

namespace abut::inline v0 {

/// Measures what copies, second stores, segments and unaligned views take on `device`, by small kernels that take turns for
/// about half a second beside their compilation, and keeps the result in the device's cache directory, where compile() finds
/// it. Times are only as good as the machine is idle. Memory of up to three times the largest tensor measured (64 MiB, on
/// GPUs 256 MiB) is allocated meanwhile. A result that can't be kept is a warning in the log. Thread-safe; throws Compiler,
/// OutOfMemory, Device.
ABUT_API CostModel calibrate(const Device& device);

/// What calibrate() kept for such a device: the same driver, kernels and compute units. Nothing where it has not been
/// called, nor where the file is damaged (a warning in the log) or of another version. Never throws for what lies there.
ABUT_API std::optional<CostModel> stored_cost_model(const Device& device);

}  // namespace abut::inline v0
