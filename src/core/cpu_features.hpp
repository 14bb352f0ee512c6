// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace abut::core {

/// What of this processor code generated for it depends on, as this process sees it: family and model, names of instruction
/// sets, and the registers that the system keeps. The same text on the same kind of machine; of other architectures than
/// x86-64 the system's bits.
std::string cpu_features();

}  // namespace abut::core
