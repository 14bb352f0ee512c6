// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "abut/device.hpp"

namespace abut::test {

/// A fault in a kernel's text.
struct PlantedFault {
    std::string stem;  ///< of the kernel
    std::string from;  ///< text of it
    std::string to;
};

/// Gives the first program of a cache's directory that has such a kernel a binary that was compiled of the fault, under the
/// outline, source and name of the sound one and with a checksum that holds. Returns the entry point of the kernel; throws
/// where there is none.
std::string plant_fault(const std::string& directory, const Device& device, const PlantedFault& fault);

}  // namespace abut::test
