// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "abut/shape.hpp"

namespace abut::cli {

/// An ONNX file or "zoo:NAME".
struct ModelOptions {
    std::string model;
    std::map<std::string, Shape> shapes;
};

/// Which cost model plans are made by.
enum class CostModelChoice : std::uint8_t {
    Stored,      ///< the device's where it was calibrated, else bytes
    Bytes,       ///< bytes alone count
    Calibrated,  ///< the device's, which must be there
};

}  // namespace abut::cli
