// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "abut/cost_model.hpp"

namespace abut::programs {

/// What names of files with a device's cost model end with; they lie beside its kernels.
inline constexpr const char* calibration_suffix = ".costs";
std::string calibration_file_name(const std::string& identity);

/// The bytes of a file: magic, format version, identity, the model's numbers in their order, XXH3-128 of all of these.
std::vector<std::byte> encode_calibration(const std::string& identity, const CostModel& model);
/// The model, or nothing unless the bytes are exactly what encode_calibration gives for this identity and a sound model.
std::optional<CostModel> decode_calibration(std::span<const std::byte> file, const std::string& identity);

}  // namespace abut::programs
